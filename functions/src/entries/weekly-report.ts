import { onRequest } from 'firebase-functions/v2/https';
import { app } from '../app.ts';
import { corsOrigins } from '../config.ts';
import { reportQueryOf } from '../contract/report.ts';
import { deployment } from '../deployment.ts';
import { credentialsOf } from '../platform/credentials.ts';
import { answerRequest } from '../platform/http.ts';
import { authorize } from '../workflows/authorize.ts';
import { weeklyReport as report } from '../workflows/weekly-report.ts';

/** HTTPS: the owner's report of one week as a page. */
export const weeklyReport = onRequest(
  { ...deployment.weeklyReport, cors: corsOrigins() },
  (request, response) =>
    answerRequest(
      request,
      response,
      async () => {
        const asked = reportQueryOf(request.method, request.path, request.query);
        const uid = await authorize(app(), credentialsOf(request), { amounts: { reports: 1 } });
        const week = await report(app(), uid, asked);
        const { contentSecurityPolicy, reportPage } = await import('../report/page.ts');
        const headers = {
          'content-security-policy': contentSecurityPolicy,
          'content-language': week.language,
        };
        return { status: 200, body: reportPage(week), headers };
      },
      { allow: 'GET' },
    ),
);
