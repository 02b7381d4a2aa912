import { onRequest } from 'firebase-functions/v2/https';
import { app } from '../app.ts';
import { reportQueryOf } from '../contract/report.ts';
import { answerRequest, bearerToken } from '../platform/http.ts';
import { weeklyReport as report } from '../workflows/weeklyReport.ts';

/** HTTPS: the owner's report of one week as a page. */
export const weeklyReport = onRequest(
  { memory: '512MiB', concurrency: 20, timeoutSeconds: 60, invoker: 'public', cors: false },
  (request, response) =>
    answerRequest(
      request,
      response,
      async () => {
        const asked = reportQueryOf(request.method, request.path, request.query);
        const uid = await app().tokens.verify(bearerToken(request));
        const week = await report(app(), uid, asked);
        const { contentSecurityPolicy, reportPage } = await import('../report/page.ts');
        return {
          status: 200,
          body: reportPage(week),
          headers: {
            'content-security-policy': contentSecurityPolicy,
            'content-language': week.language,
            'referrer-policy': 'no-referrer',
          },
        };
      },
      { allow: 'GET' },
    ),
);
