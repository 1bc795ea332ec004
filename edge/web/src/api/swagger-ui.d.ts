/* What of swagger-ui's bundle is used; the package brings no types. */
declare module "swagger-ui-dist/swagger-ui-bundle.js" {
  import type { OpenApi } from "./document";

  interface Configuration {
    readonly domNode: HTMLElement;
    readonly spec: OpenApi;
    readonly deepLinking?: boolean;
    readonly docExpansion?: "list" | "full" | "none";
    readonly defaultModelsExpandDepth?: number;
    readonly displayRequestDuration?: boolean;
    readonly filter?: boolean;
    readonly requestSnippetsEnabled?: boolean;
    readonly showExtensions?: boolean;
    /** Null = no badge: it would be fetched from elsewhere. */
    readonly validatorUrl: null;
  }

  export default function SwaggerUI(configuration: Configuration): unknown;
}
