import { defineCheck, find, known } from '../../src/check.ts';
import { inUse } from '../_lib/docker.ts';

export default defineCheck({
  on: 'docker.stage',
  title: 'The image runs a Python application in debug mode',
  severity: 'medium',
  risk: ['misconfiguration', 'data-exposure'],
  why: 'In debug mode Django answers every error with a page of source code, settings, query parameters and paths, keeps all database queries in memory, and serves whatever host name is asked for.',
  remedy:
    'Take the variable out of the image, or set it to 0; set it where the container is started for development.',
  references: [
    'https://docs.djangoproject.com/en/stable/ref/settings/#debug',
    'https://docs.djangoproject.com/en/stable/howto/deployment/checklist/#debug',
  ],
  compliance: { cwe: ['489', '215'], 'owasp-2021': ['A05'] },
  applies: (stage) => stage.target,

  *run(stage, graph) {
    const environment = find(graph.out(stage, 'runs', 'process.environment'), () => true);
    for (const name of ['DJANGO_DEBUG', 'DEBUG']) {
      const variable = environment?.variables[name];
      // Elsewhere DEBUG selects what is logged.
      if (!variable || (name === 'DEBUG' && !stage.languages.includes('python'))) continue;
      const value = known(variable.value) ?? '';
      if (!/^(1|true|yes|on|y|t)$/i.test(value)) continue;
      const message = `${name}=${value} makes errors show code and settings to whoever causes them`;
      yield { message, at: variable.at, severity: inUse(stage, 'medium'), discriminator: name };
    }
  },

  bad: [
    { Dockerfile: 'FROM python:3.13\nENV «DEBUG=True» PORT=80\nCMD ["gunicorn", "app.wsgi"]\n' },
    { Dockerfile: 'FROM debian:12\nENV «DJANGO_DEBUG 1»\n' },
    {
      Dockerfile:
        'FROM ubuntu:24.04\nENV «DEBUG="yes"»\nRUN apt-get install -y python3-pip && pip3 install django\n',
    },
    { Dockerfile: 'FROM python:3.13 AS base\nENV «DEBUG=on»\nFROM base\nCMD ["uvicorn", "app:app"]\n' },
    { Dockerfile: 'FROM python:3.13\nARG DEBUG=1\nENV «DEBUG=$DEBUG»\n' },
  ],
  good: [
    { Dockerfile: 'FROM python:3.13\nENV DEBUG=0 DJANGO_DEBUG=false\n' },
    // The last one counts.
    { Dockerfile: 'FROM python:3.13 AS base\nENV DEBUG=1\nFROM base\nENV DEBUG=\n' },
    { Dockerfile: 'FROM node:22\nENV DEBUG=app:*\n' },
    { Dockerfile: 'FROM node:22\nENV DEBUG=1\nCMD ["node", "index.js"]\n' },
    {
      Dockerfile:
        'FROM python:3.13 AS test\nENV DEBUG=1\nRUN pytest\nFROM python:3.13\nCOPY --from=test /x /x\n',
    },
    {
      Dockerfile:
        'FROM python:3.13\nENV DEBUG_LEVEL=1 DEBUGGER=true\nRUN DEBUG=1 python manage.py collectstatic\n',
    },
  ],
  unsure: [{ Dockerfile: 'FROM python:3.13\nARG DEBUG\nENV DEBUG=$DEBUG\n' }],
});
