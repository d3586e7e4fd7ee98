import { writeFileSync } from "node:fs";
import { SCHEMA_FILE, schemaText } from "./packageSchema";

/** `tests/provider/schema.test.ts` fails while the file is stale. */
writeFileSync(SCHEMA_FILE, schemaText());
