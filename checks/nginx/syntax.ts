import { defineCheck, type Edit } from '../../src/check.ts';

export default defineCheck({
  on: 'source.file',
  title: 'nginx refuses this configuration',
  severity: 'critical',
  risk: 'misconfiguration',
  why: 'nginx does not start with a file that it cannot read. A running nginx keeps its old configuration after a failed reload, so that a fix which everybody believes to be live is not, and the next restart takes the site down.',
  remedy: 'Correct the statement at the marked place, then run `nginx -t` before reloading.',
  references: [
    'https://nginx.org/en/docs/beginners_guide.html#conf_structure',
    'https://nginx.org/en/docs/switches.html',
  ],
  fixes: { safe: 'adds a missing `;`, takes out one too many' },
  applies: ({ family }) => family === 'nginx',

  *run({ diagnostics }) {
    for (const { message, at, severity, code } of diagnostics) {
      yield {
        message,
        at,
        severity: severity === 'error' ? 'critical' : 'low',
        discriminator: code,
        edits: mending(message, code, at),
        witness: 'nginx -t',
      };
    }
  },

  bad: [
    { 'nginx.conf': 'http { server { «listen 80» } }' },
    { 'nginx.conf': 'events {}\nhttp { server { listen 80; } }\n«}»\n' },
    { 'nginx.conf': 'events {}\n«http» { «server» { listen 80;\n' },
    { 'nginx.conf': 'events {}\nhttp { server { root «"/srv»;\n listen 80; } }\n' },
    { 'nginx.conf': 'events {}\nhttp { log_format x "a"«b»; }\n' },
    { 'nginx.conf': 'events {}\nhttp { server { listen 80;«;» } }\n' },
    { 'nginx.conf': 'events {}\n«http» { init_by_lua_block «{» print("}")\n' },
  ],
  good: [
    { 'nginx.conf': 'http { server { listen 80; } }' },
    // A quote inside a word, escaped braces and a comment that touches its sign are all fine for nginx.
    {
      'nginx.conf': `events {}
http {
  server { listen 80; #c
    set $a ab'c;
    set $b a}b;
    location ~ ^/a\\{2\\}$ { return 200 "\${a}x"; }
    if ($request_method !~ ^(GET|POST)$ ) { return 405; }
  }
}
`,
    },
    {
      'nginx.conf': `events {}
http {
  init_by_lua_block { local a = "}" -- }
  }
  server { listen 80; set_by_lua_block $x { return "{" } }
}
`,
    },
    // Templates become nginx configuration later.
    {
      'nginx/site.conf.j2':
        'server {\n{% if tls %}\n  listen 443 ssl;\n{% endif %}\n  server_name {{ name }};\n}\n',
    },
  ],
});

/** nginx runs with none of this file, so there is nothing that an edit could change for anybody. */
function mending(message: string, code: string, at: Edit['at']): readonly Edit[] {
  if (code === 'missing-semicolon') return [{ at: { ...at, start: at.end }, text: ';', safety: 'safe' }];
  return message === 'Unexpected ";"' ? [{ at, text: '', safety: 'safe' }] : [];
}
