/* Document: the OpenAPI document as the API page needs it.
 *
 * Owns nothing; what it is given stays as it is.
 */

interface Scheme {
  readonly type: string;
  readonly in?: string;
}

export interface OpenApi {
  readonly components?: { readonly securitySchemes?: Readonly<Record<string, Scheme>> };
  readonly security?: readonly Readonly<Record<string, readonly string[]>>[];
}

/** The same without cookies as credentials: no script may set one, and a browser sends its own by itself. */
export function forBrowsers(document: OpenApi): OpenApi {
  const schemes = Object.entries(document.components?.securitySchemes ?? {}).filter(([, scheme]) => scheme.in !== "cookie");
  const left = new Set(schemes.map(([name]) => name));
  return {
    ...document,
    components: { ...document.components, securitySchemes: Object.fromEntries(schemes) },
    security: (document.security ?? []).filter((needed) => Object.keys(needed).every((name) => left.has(name))),
  };
}
