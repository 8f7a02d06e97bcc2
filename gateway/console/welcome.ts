import { version } from "./version.ts";

/** The page at `/`: what this is and where to go. */
export function welcomePage(): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Civigraph</title>
<style>
  body { font: 16px/1.5 system-ui, sans-serif; max-width: 40rem; margin: 4rem auto; padding: 0 1rem; color: #1b2733 }
  a { color: #0b5cad } dt { margin-top: .75rem; font-weight: 600 } dd { margin: 0 } small { color: #5b6875 }
</style>
<h1>Civigraph</h1>
<p>One view of the citizen over the databases that departments already have. Nothing was migrated: each department's
records are read where they are, and one GraphQL query is answered across all of them.</p>
<dl>
  <dt><a href="/graphql">/graphql</a></dt><dd>The graph. In a browser: GraphiQL, with example queries.</dd>
  <dt><a href="/schema.graphql">/schema.graphql</a></dt><dd>Every type and field, as text for tools and type generators.</dd>
  <dt><a href="/health/ready">/health/ready</a></dt><dd>Whether the gateway answers, and how each department is.</dd>
  <dt><a href="/version">/version</a></dt><dd>What is running.</dd>
</dl>
<p><small>Civigraph ${version}</small></p>
</html>
`;
}
