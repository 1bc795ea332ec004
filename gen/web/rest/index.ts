// Generated from the OpenAPI document of proto/; do not edit.
export * from "./caller";
export * from "./types";
export * from "./collab_service";
export * from "./document_service";
export * from "./history_service";
export * from "./maintenance_service";
export * from "./search_service";
export * from "./version_service";
export * from "./access_service";
export * from "./activity_service";
export * from "./audit_service";
export * from "./notification_service";
export * from "./organization_service";
export * from "./permission_service";
export * from "./project_service";
