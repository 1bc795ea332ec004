import { describe, expect, test } from "vitest";
import { forBrowsers } from "../src/api/document";

describe("the document as the API page needs it", () => {
  const bearer = { type: "http" };
  const given = {
    openapi: "3.1.0",
    components: { schemas: { A: {} }, securitySchemes: { bearer, session: { type: "apiKey", in: "cookie" } } },
    security: [{ bearer: [] }, { session: [] }, {}],
  };

  test("asks for no cookie, since no script can set one", () => {
    expect(forBrowsers(given)).toEqual({
      openapi: "3.1.0",
      components: { schemas: { A: {} }, securitySchemes: { bearer } },
      security: [{ bearer: [] }, {}],
    });
  });

  test("leaves what it was given as it was", () => {
    forBrowsers(given);
    expect(Object.keys(given.components.securitySchemes)).toEqual(["bearer", "session"]);
  });
});
