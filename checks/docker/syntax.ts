import { defineCheck } from '../../src/check.ts';
import { inScope } from '../../src/facts/weight.ts';

export default defineCheck({
  on: 'source.file',
  title: 'The builder refuses or misreads this Dockerfile',
  severity: 'medium',
  risk: 'misconfiguration',
  why: 'The image is not built, or built from something else than what was written: an instruction that is taken for a shell line, a copy from the wrong stage.',
  remedy: 'Correct the marked place; `docker build --check .` then reports nothing.',
  references: [
    'https://docs.docker.com/reference/dockerfile/',
    'https://docs.docker.com/reference/build-checks/',
  ],
  compliance: { cwe: ['1164'] },
  equivalents: {
    hadolint: ['DL1000', 'DL3021', 'DL3023', 'DL3024', 'DL3043', 'DL3061', 'DL3063'],
    buildkit: [
      'NoEmptyContinuation',
      'DuplicateStageName',
      'ReservedStageName',
      'InvalidDefaultArgInFrom',
      'UndefinedArgInFrom',
    ],
    trivy: ['DS-0006', 'DS-0011', 'DS-0012'],
    checkov: ['CKV_DOCKER_11'],
  },
  applies: ({ family, role }) => family === 'docker' && role === '',

  *run({ diagnostics }, { listing }) {
    for (const { message, at, severity, code } of diagnostics) {
      const own = severity === 'error' ? 'medium' : 'low';
      const scope = listing.isAside(at.source) ? 'example' : 'production';
      yield { message, at, severity: inScope(own, scope), discriminator: code };
    }
  },

  bad: [
    { Dockerfile: 'FROM alpine:3.20\n«INSTALL» curl\n' },
    { Dockerfile: 'FROM alpine:3.20\nRUN «--mounts=type=cache» true\n' },
    // The shell is asked to start a program named `[nginx,`.
    { Dockerfile: "FROM nginx:1.27\nCMD «['nginx', '-g', 'daemon off;']»\n" },
    { Dockerfile: 'FROM nginx:1.27\nCMD «["nginx", "-t",]»\n' },
    { Dockerfile: 'FROM alpine:3.20\nCMD «["sleep", 5]»\n' },
    { Dockerfile: 'FROM alpine:3.20\n«COPY a b /srv/app»\n' },
    { Dockerfile: 'FROM alpine:3.20 AS app\nCOPY «--from=app» /a /b\n' },
    { Dockerfile: 'FROM alpine:3.20\nCOPY «--from=1» /a /b\nFROM alpine:3.20 AS next\n' },
    { Dockerfile: 'FROM alpine:3.20 AS app\nCOPY «--from=later» /a /b\nFROM alpine:3.20 AS later\n' },
    { Dockerfile: 'FROM alpine:3.20 AS app\n«FROM debian:12 AS App»\n' },
    { Dockerfile: 'ARG VERSION=12\nFROM «debian:$VERSIO»\n' },
    // Empty unless the build gives it.
    { Dockerfile: 'ARG VERSION=${VERSION}\nFROM «httpd:$VERSION»\n' },
    { Dockerfile: '«RUN true»\nFROM alpine:3.20\n' },
    { Dockerfile: 'FROM alpine:3.20\nRUN true \\\n«»\n  && true\n' },
    { Dockerfile: 'FROM alpine:3.20\nRUN cat «<<EOF» > /etc/motd\nhello\n' },
    { Dockerfile: 'FROM alpine:3.20\n«ONBUILD» FROM alpine:3.20\n' },
    { Dockerfile: '# escape=«x»\nFROM alpine:3.20\n' },
    // The value would be taken for a file.
    { Dockerfile: 'FROM alpine:3.20\nCOPY «--chown» app a /b\n' },
    // A fault does not end the reading: the second one is found too.
    { Dockerfile: 'FROM alpine:3.20\n«INSTALL» curl\nEXPOSE «--port» 80\n' },
  ],
  good: [
    { Dockerfile: 'FROM alpine:3.20\nRUN true\n' },
    // A comment and a flag order that trip line readers.
    {
      Dockerfile:
        'FROM alpine:3.20\nRUN --mount=target=/var/cache/apk,type=cache,sharing=locked \\\n  # why\n  apk add curl\n',
    },
    {
      Dockerfile:
        'FROM alpine:3.20\nRUN cat <<-"EOF" > /etc/motd && chmod 644 /etc/motd\n\tFROM here on\n\tEOF\nRUN [ "$(id -u)" = 0 ] && true\n',
    },
    {
      Dockerfile:
        'FROM alpine:3.20\nRUN cat <<< "word" || true\nCOPY <<one <<two /srv/\nADD x\none\nUSER y\ntwo\n',
    },
    {
      Dockerfile:
        'ARG REGISTRY\nFROM ${REGISTRY}/app:1.2 as build\nFROM build\nCOPY --from=0 /a /b\nCOPY --from=busybox:1.36 /bin/sh /bin/sh\n',
    },
    {
      Dockerfile:
        '# escape=`\r\nFROM mcr.microsoft.com/windows/nanoserver:ltsc2022\r\nCOPY a b C:\\app\\\r\nRUN dir `\r\n  C:\\\r\n',
    },
    { Dockerfile: '\ufefffrom alpine:3.20\nrun true\nhealthcheck --interval=5s CMD ["true"]\nARG A=1 B\n' },
    {
      Dockerfile:
        '#syntax=docker/dockerfile:1\n# check=skip=JSONArgsRecommended;error=true\nFROM alpine:3.20\nONBUILD COPY a b /srv/\n',
    },
  ],
});
