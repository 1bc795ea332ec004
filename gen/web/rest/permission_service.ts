// Generated from the OpenAPI document of proto/; do not edit.
import type { CallOptions, Caller } from "./caller";
import type { BatchCheckPermissionsRequest, BatchCheckPermissionsResponse, CheckPermissionRequest, CheckPermissionResponse, ExplainPermissionRequest, ExplainPermissionResponse } from "./types";

/**
 * Whether a user may do something.
 *
 * Needs `PERMISSION_SIGNED_IN`.
 */
export function checkPermission(rest: Caller, request: CheckPermissionRequest, options?: CallOptions): Promise<CheckPermissionResponse> {
  return rest.call({ verb: "POST", paths: ["/v1/permissions:check"], body: "*", repeatable: true, has: ["answer"] }, request, options);
}

/**
 * The same, many at once, all as of one moment.
 *
 * Needs `PERMISSION_SIGNED_IN`.
 */
export function batchCheckPermissions(rest: Caller, request: BatchCheckPermissionsRequest, options?: CallOptions): Promise<BatchCheckPermissionsResponse> {
  return rest.call({ verb: "POST", paths: ["/v1/permissions:batchCheck"], body: "*", repeatable: true }, request, options);
}

/**
 * Why a user may do something, or what is missing.
 *
 * Needs `PERMISSION_SIGNED_IN`.
 */
export function explainPermission(rest: Caller, request: ExplainPermissionRequest, options?: CallOptions): Promise<ExplainPermissionResponse> {
  return rest.call({ verb: "POST", paths: ["/v1/permissions:explain"], body: "*", repeatable: true }, request, options);
}
