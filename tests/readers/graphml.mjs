// graphml.mjs FILE.. - reads GraphML with graphology-graphml (the reader of Gephi Lite) and prints
// "nodes edges" for each. It wants a DOMParser; this one is the least that it needs.
import fs from 'node:fs';
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const graphml = require('graphology-graphml');
const { MultiGraph } = require('graphology');

for (const file of process.argv.slice(2)) {
    const text = fs.readFileSync(file, 'utf8');
    const graph = graphml.parse(MultiGraph, text);
    let placed = 0;
    graph.forEachNode((id, attributes) => {
        if (typeof attributes.x === 'number' && typeof attributes.size === 'number' && attributes.label) placed++;
    });
    if (placed !== graph.order) throw new Error(`${file}: ${graph.order - placed} nodes lack label, x or size`);
    console.log(`${graph.order} ${graph.size}`);
}
