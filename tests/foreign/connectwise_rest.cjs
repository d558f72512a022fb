// connectwise-rest, from npm, on one company: standard input says which and what to do, the outcome is printed.
"use strict";
const { ManageAPI } = require("connectwise-rest");

const references = ["structureLevel", "securityLocation", "defaultLocation", "defaultDepartment", "salesDefaultLocation"];

const stories = {
  async role({ SystemAPI }) {
    const made = await SystemAPI.postSystemSecurityroles({ name: "From npm" });
    const found = await SystemAPI.getSystemSecurityroles({ conditions: 'name = "From npm"' });
    await SystemAPI.deleteSystemSecurityrolesById(made.id);
    const left = await SystemAPI.getSystemSecurityroles({ conditions: `id = ${made.id}` });
    return { made, found, left };
  },
  async pages(api) {
    const roles = await api.paginate(api.SystemAPI.getSystemSecurityroles, { pageSize: 2 }, { orderBy: "id" });
    const levels = await api.SystemAPI.getSystemSecurityRolesByParentIdSettings(roles[0].id, { pageSize: 1000 });
    return { ids: roles.map((role) => role.id), levels: levels.length };
  },
  async member({ SystemAPI }) {
    const role = await SystemAPI.postSystemSecurityroles({ name: "For a member" });
    const given = await SystemAPI.getSystemApiMembersDefault();
    const body = { identifier: "FromNpm", name: "From npm", securityRole: { id: role.id } };
    for (const name of references) body[name] = { id: given[name].id };
    const made = await SystemAPI.postSystemApiMembers(body);
    const changed = await SystemAPI.patchSystemApiMembersById(made.id, [
      { op: "replace", path: "name", value: "Renamed" },
      { op: "replace", path: "inactiveFlag", value: true },
    ]);
    return { role: role.id, made, changed };
  },
  async refused({ SystemAPI }) {
    const tried = [
      () => SystemAPI.postSystemSecurityroles({ name: "Admin" }),
      () => SystemAPI.getSystemSecurityroles({ pageSize: 1001 }),
      () => SystemAPI.getSystemSecurityrolesById(1),
    ];
    return Promise.all(tried.map((one) => one().then(() => "no refusal", ({ status, data }) => ({ status, ...data }))));
  },
};

async function main() {
  const { story, ...options } = JSON.parse(require("node:fs").readFileSync(0, "utf8"));
  const api = new ManageAPI({ ...options, logger: () => {} });
  process.stdout.write(JSON.stringify(await stories[story](api)));
}

main().catch((problem) => {
  console.error(problem);
  process.exitCode = 1;
});
