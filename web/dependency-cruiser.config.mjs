/** Who may import whom: app -> features -> shared; features are strangers to each other. */
export default {
  forbidden: [
    { name: "no-cycles", severity: "error", from: {}, to: { circular: true } },
    {
      name: "shared-knows-nobody",
      severity: "error",
      from: { path: "^src/shared/" },
      to: { path: "^src/(app|features)/" },
    },
    {
      name: "features-do-not-know-the-app",
      severity: "error",
      from: { path: "^src/features/" },
      to: { path: "^src/app/" },
    },
    {
      name: "features-are-strangers",
      comment: "What two features need is composed in app/, or belongs in shared/.",
      severity: "error",
      from: { path: "^src/features/([^/]+)/" },
      to: { path: "^src/features/", pathNot: "^src/features/$1/" },
    },
    {
      name: "no-barrels",
      severity: "error",
      from: {},
      to: { path: "^src/.*/index\\.tsx?$" },
    },
    {
      name: "only-the-api-folder-reads-generated-types",
      severity: "error",
      from: { pathNot: "^src/shared/api/" },
      to: { path: "^src/shared/api/schema\\.d\\.ts$" },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    tsConfig: { fileName: "tsconfig.json" },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { exportsFields: ["exports"], conditionNames: ["import", "types"] },
  },
};
