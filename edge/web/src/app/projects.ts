/* Projects: what documents belong to, and the folders in them.
 *
 * Owns nothing.
 */
import * as api from "@shoal/client/rest";
import type { Folder, Organization, Project } from "@gen/rest/types";
import { rest } from "./rest";

export type { Folder, Organization, Project };

/** More than a side bar can hold; the terminal lists the rest. */
const MOST = 1000;

/** All that the caller may see, archived ones too, by title, up to a thousand. */
export async function listProjects(): Promise<readonly Project[]> {
  return (await api.listProjects(rest, { pageSize: MOST, showArchived: true })).projects;
}

export async function getProject(name: string): Promise<Project> {
  return (await api.getProject(rest, { name })).project;
}

export async function createProject(project: { title: string; organization?: string; description?: string }): Promise<Project> {
  return (await api.createProject(rest, { project })).project;
}

/** Changes what is given; the rest stays. */
export async function changeProject(name: string, change: Partial<Pick<Project, "title" | "description" | "archived">>): Promise<Project> {
  const updateMask = Object.keys(change).join(",");
  return (await api.updateProject(rest, { project: { name, ...change }, updateMask })).project;
}

/** All folders of a project, at every depth, by title, up to a thousand. */
export async function listFolders(project: string): Promise<readonly Folder[]> {
  return (await api.listFolders(rest, { project, pageSize: MOST })).folders;
}

export async function listOrganizations(): Promise<readonly Organization[]> {
  return (await api.listOrganizations(rest, { pageSize: MOST })).organizations;
}

/** A folder and its depth, 0 = right in the project. */
export interface Branch {
  readonly folder: Folder;
  readonly depth: number;
}

/** Folders in the order of a tree, each after what it is in. What hangs on nothing that is known is left out. */
export function treeOf(project: string, folders: readonly Folder[]): readonly Branch[] {
  const inside = new Map<string, Folder[]>();
  for (const each of folders) inside.set(each.parent, [...(inside.get(each.parent) ?? []), each]);
  const walk = (parent: string, depth: number): Branch[] =>
    (inside.get(parent) ?? []).flatMap((folder) => [{ folder, depth }, ...walk(folder.name, depth + 1)]);
  return walk(project, 0);
}

/** From the outermost folder to this one. */
export function pathTo(folder: string, folders: readonly Folder[]): readonly Folder[] {
  const byName = new Map(folders.map((each) => [each.name, each]));
  const path: Folder[] = [];
  for (let at = byName.get(folder); at; at = byName.get(at.parent)) path.unshift(at);
  return path;
}
