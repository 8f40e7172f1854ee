// warc.mjs FILE... - reads WARC files with warcio; prints one JSON object a file: records in all
// and by type, bytes of payload (transfer and content codings undone by warcio).
import { createReadStream } from "node:fs";
import { WARCParser } from "warcio";

for (const path of process.argv.slice(2)) {
  const types = {};
  let records = 0, bytes = 0, complete = 0;
  for await (const record of new WARCParser(createReadStream(path))) {
    const payload = await record.readFully(true);
    types[record.warcType] = (types[record.warcType] ?? 0) + 1;
    records++;
    bytes += payload.length;
    if (record.warcHeader("WARC-Record-ID") && record.warcDate && record.warcHeader("WARC-Block-Digest"))
      complete++;
  }
  console.log(JSON.stringify({ path, records, complete, types, bytes }));
}
