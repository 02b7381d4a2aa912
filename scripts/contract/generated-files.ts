// The committed files that are made from the contract's schemas.
import prettier from 'prettier';
import { httpPage } from './http-page.ts';
import { openApiDocument } from './open-api-document.ts';
import { swiftTypes } from './swift-types.ts';

/** Their contents by name, relative to the root of the checkout. */
export async function generatedFiles(): Promise<Map<string, string>> {
  const openApi = await prettier.format(JSON.stringify(openApiDocument()), {
    parser: 'json',
    printWidth: 110,
  });
  return new Map([
    ['functions/client/openapi.json', openApi],
    ['functions/docs/http.md', await prettier.format(httpPage(), { parser: 'markdown', printWidth: 110 })],
    ['functions/client/swift/Sources/ClarityLoop/ClarityLoopContract.swift', swiftTypes()],
  ]);
}
