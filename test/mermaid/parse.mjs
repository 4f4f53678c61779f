// Reads diagrams and writes what each version of Mermaid in package.json finds in them, both as JSON:
//   [text, ...] becomes {version: [{error} or {entities: [{name, label, attributes}], relationships}, ...]}
import { readFileSync } from 'node:fs';

const diagrams = JSON.parse(readFileSync(0, 'utf8'));
const { dependencies } = JSON.parse(readFileSync(new URL('package.json', import.meta.url), 'utf8'));

// #34; is two signs of Mermaid's own until it has drawn.
const decoded = (text) => text?.replace(/ﬂ°°(\d+)¶ß/g, (_, code) => String.fromCharCode(Number(code)));

function found({ db }) {
  const entities = [...db.getEntities()];
  const names = new Map(entities.map(([name, entity]) => [entity.id, decoded(name)]));
  return {
    entities: entities.map(([name, { alias, attributes }]) => ({
      name: decoded(name),
      label: decoded(alias),
      attributes: attributes.map(({ type, name, keys, comment }) => ({ type, name, keys, comment: decoded(comment) })),
    })),
    relationships: db.getRelationships().map(({ entityA, entityB, roleA, relSpec }) => ({
      from: names.get(entityA),
      to: names.get(entityB),
      label: decoded(roleA),
      // Mermaid's A is the end on the right.
      left: relSpec.cardB,
      right: relSpec.cardA,
    })),
  };
}

const answer = {};
for (const [name, version] of Object.entries(dependencies)) {
  const { default: mermaid } = await import(name);
  await mermaid.parse('erDiagram'); // makes the kinds of diagrams known
  answer[version] = [];
  for (const text of diagrams) {
    try {
      await mermaid.parse(text);
      answer[version].push(found(await mermaid.mermaidAPI.getDiagramFromText(text)));
    } catch (error) {
      answer[version].push({ error: String(error) });
    }
  }
}
process.stdout.write(JSON.stringify(answer));
