// Generated from the OpenAPI document of proto/; do not edit.
import type { CallOptions, Caller } from "./caller";
import type { GetNotificationPreferencesResponse, GetUnreadCountResponse, ListNotificationsResponse, MarkNotificationsReadRequest, MarkNotificationsReadResponse, MuteResourceRequest, MuteResourceResponse, StreamNotificationsResponse, UpdateNotificationPreferencesRequest, UpdateNotificationPreferencesResponse } from "./types";

/** What `listNotifications` takes. */
export interface ListNotificationsRequest {
  /** Only those that are unread. */
  readonly unread?: boolean | undefined;
  /** At most this many; 0 = 50; above 1,000 = 1,000; negative is ERROR_REASON_INVALID_FIELD. */
  readonly pageSize?: number | undefined;
  /**
   * `next_page_token` of the page before, for the same question. Empty = the first. Not one of ours:
   * ERROR_REASON_INVALID_FIELD.
   */
  readonly pageToken?: string | undefined;
}

/**
 * Notifications, the newest first.
 *
 * Needs `PERMISSION_SIGNED_IN`.
 */
export function listNotifications(rest: Caller, request: ListNotificationsRequest = {}, options?: CallOptions): Promise<ListNotificationsResponse> {
  return rest.call({ verb: "GET", paths: ["/v1/notifications"], repeatable: true }, request, options);
}

/** What `streamNotifications` takes. */
export interface StreamNotificationsRequest {
  /** `last_id` of a message before; only later ones are told. 0 = all that are kept, negative = only new ones. */
  readonly afterId?: string | undefined;
}

/**
 * Notifications as they come, the oldest first: those after after_id, then new ones, within a second.
 *
 * The first
 * message comes at once, and another one at least every 15 seconds, without notifications when there is none. It does
 * not end; resume with the last `last_id`.
 *
 * Needs `PERMISSION_SIGNED_IN`.
 */
export function streamNotifications(rest: Caller, request: StreamNotificationsRequest = {}, options?: CallOptions): AsyncIterableIterator<StreamNotificationsResponse> {
  return rest.stream({ verb: "GET", paths: ["/v1/notifications:stream"], repeatable: true }, request, options);
}

/**
 * Marks notifications as read.
 *
 * Those that are not there, or read already, are no error.
 *
 * Needs `PERMISSION_SIGNED_IN`.
 */
export function markNotificationsRead(rest: Caller, request: MarkNotificationsReadRequest = {}, options?: CallOptions): Promise<MarkNotificationsReadResponse> {
  return rest.call({ verb: "POST", paths: ["/v1/notifications:markRead"], body: "*", repeatable: true }, request, options);
}

/** What `getUnreadCount` takes. */
export type GetUnreadCountRequest = Readonly<Record<string, never>>;

/**
 * How many are unread.
 *
 * Needs `PERMISSION_SIGNED_IN`.
 */
export function getUnreadCount(rest: Caller, request: GetUnreadCountRequest = {}, options?: CallOptions): Promise<GetUnreadCountResponse> {
  return rest.call({ verb: "GET", paths: ["/v1/notifications:unreadCount"], repeatable: true }, request, options);
}

/** What `getNotificationPreferences` takes. */
export type GetNotificationPreferencesRequest = Readonly<Record<string, never>>;

/**
 * What the caller wants to hear of.
 *
 * Needs `PERMISSION_SIGNED_IN`.
 */
export function getNotificationPreferences(rest: Caller, request: GetNotificationPreferencesRequest = {}, options?: CallOptions): Promise<GetNotificationPreferencesResponse> {
  return rest.call({ verb: "GET", paths: ["/v1/notificationPreferences"], repeatable: true }, request, options);
}

/**
 * Says for some kinds whether the caller wants to hear of them, from now on.
 *
 * Needs `PERMISSION_SIGNED_IN`.
 */
export function updateNotificationPreferences(rest: Caller, request: UpdateNotificationPreferencesRequest, options?: CallOptions): Promise<UpdateNotificationPreferencesResponse> {
  return rest.call({ verb: "PATCH", paths: ["/v1/notificationPreferences"], body: "*", repeatable: true }, request, options);
}

/**
 * Hears nothing more of a document, or of a project and all that is in it; or hears of it again.
 *
 * Needs `PERMISSION_SIGNED_IN`.
 */
export function muteResource(rest: Caller, request: MuteResourceRequest, options?: CallOptions): Promise<MuteResourceResponse> {
  return rest.call({ verb: "POST", paths: ["/v1/notificationPreferences:mute"], body: "*", repeatable: true }, request, options);
}
