import { createServer } from 'node:http';
import pg from 'pg';

const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL });

createServer(async (_request, response) => {
  const { rows } = await pool.query('select id, title from notes order by id');
  response.setHeader('content-type', 'application/json').end(JSON.stringify(rows));
}).listen(3000);
