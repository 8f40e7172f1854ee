# graphml.py FILE.. - reads GraphML with igraph and with NetworkX and prints "nodes edges" for each,
# one reader a line; fails if the two disagree on any attribute.
import sys

import igraph
import networkx

for path in sys.argv[1:]:
    a = igraph.Graph.Read_GraphML(path)
    b = networkx.read_graphml(path)
    print(a.vcount(), a.ecount())
    print(b.number_of_nodes(), b.number_of_edges())
    assert a.is_directed() == b.is_directed()
    for vertex in a.vs:
        other = b.nodes[vertex["id"]]
        for name in ("label", "role", "network", "class", "value"):
            if name in a.vs.attributes():
                assert (vertex[name] or "") == other.get(name, ""), (path, vertex["id"], name)
        for name in ("x", "y", "size", "r", "g", "b"):
            assert float(vertex[name]) == float(other[name]), (path, vertex["id"], name)
        assert isinstance(other["x"], float) and isinstance(other["r"], int)
