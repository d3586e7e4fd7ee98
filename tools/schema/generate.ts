import { writeFileSync } from "node:fs";
import { SCHEMA_FILE, schemaText } from "./packageSchema";
import { writeReference } from "./reference";
import { writeShapes } from "./shapes";

/** `tests/provider/schema.test.ts` fails while one of the files is stale. */
writeFileSync(SCHEMA_FILE, schemaText());
writeReference();
void writeShapes();
