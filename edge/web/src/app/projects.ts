/* Projects: what documents belong to, over the project service's JSON mapping.
 *
 * Owns nothing.
 */
import { token } from "./account";
import { request } from "./http";

export interface Project {
  /** `projects/{project}`. */
  readonly name: string;
  readonly title: string;
}

/** All that the caller may see, by title, up to a thousand. */
export async function listProjects(): Promise<readonly Project[]> {
  const answer = await request<{ projects?: Project[] }>("GET", "/v1/projects?pageSize=1000", { token: await token() });
  return answer.projects ?? [];
}

export async function createProject(title: string): Promise<Project> {
  const body = { project: { title } };
  const answer = await request<{ project: Project }>("POST", "/v1/projects", { body, token: await token() });
  return answer.project;
}
