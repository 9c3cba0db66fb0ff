require('express')().get('/health', (_, reply) => reply.send('ok')).listen(process.env.PORT);
