import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, delimiter, join } from "node:path";
import { REVIEW_FINDINGS } from "../../cli/review/judge/findings";
import { actionlint, followsTheRules, type Job, workflowOf } from "../release/workflowRules";
import { anchorsOf } from "./pages";
import { storedZip } from "./zip";

const page = readFileSync("docs/review.md", "utf8");

/** The samples of the page, by the path that each begins with. */
const samples = new Map(
  [...page.matchAll(/^```yaml\n# (\S+)\n([^]*?)^```$/gm)].map(([, path = "", text = ""]) => [path, text]),
);
const sample = (path: string): string => samples.get(path) ?? assert.fail(path);
const PLAIN = ".github/workflows/review.yml";
const FORK = ".github/workflows/review-fork.yml";
const COMMENT = ".github/workflows/comment-fork.yml";
const GITLAB = ".gitlab-ci.yml";

const MARKER = "<!-- dynamodb-endpoint review: PROJECT/STACK -->";

/** Answers as GitHub's and GitLab's interfaces do, a page of comments after another, and records what it is asked. */
const SERVER = `#!${process.execPath}
const { appendFileSync, readFileSync, writeFileSync } = require("node:fs");
const name = require("node:path").basename(process.argv[1]);
const args = process.argv.slice(2);
const { comments, pulls, artifacts, archive } = JSON.parse(readFileSync(process.env.ANSWERS, "utf8"));
const after = (option) => args[args.indexOf(option) + 1];
const method = after(name === "gh" ? "--method" : "--request");
const body = name === "gh" ? after("--input") : after("--data").slice(1);
const address = args.find((each) => /^repos\\/|^https:/.test(each));
const isWritten = ["POST", "PATCH", "PUT"].includes(method);
const sent = isWritten ? JSON.parse(readFileSync(body, "utf8")) : undefined;
appendFileSync(process.env.CALLS, JSON.stringify({ method, address, args, sent }) + "\\n");
const answer = (value) => process.stdout.write(JSON.stringify(value));
if (isWritten) process.exit();
if (address.endsWith("/zip")) process.stdout.write(Buffer.from(archive, "base64"));
else if (address.endsWith("/artifacts")) answer({ artifacts });
else if (address.endsWith("/pulls")) answer(pulls);
else if (address.endsWith("/user")) answer({ id: 1 });
else if (name === "gh") for (const each of args.includes("--paginate") ? comments : comments.slice(0, 1)) answer(each);
else {
  const at = Number(/[?&]page=(\\d+)/.exec(address)[1]);
  const next = at < comments.length ? at + 1 : "";
  writeFileSync(after("--dump-header"), "HTTP/2 200\\r\\nx-next-page: " + next + "\\r\\nx-page: " + at + "\\r\\n\\r\\n");
  answer(comments[at - 1]);
}
`;

interface Call {
  readonly method: string;
  readonly address: string;
  readonly args: readonly string[];
  readonly sent?: { readonly body: string };
}

interface Answers {
  readonly comments: readonly (readonly object[])[];
  readonly pulls?: readonly object[];
  readonly artifacts?: readonly object[];
  readonly archive?: string;
}

describe("the page of reviews", () => {
  it("has a section for each finding of reviews, and for nothing else", () => {
    const [, findings = ""] = /^## Findings\n([^]*?)^## /m.exec(page) ?? [];
    const sections = [...findings.matchAll(/^### (\w+)$/gm)].map(([, id]) => id);
    assert.deepEqual([...sections].sort(), [...REVIEW_FINDINGS].sort());
    assert.ok(anchorsOf(page).includes("what-cannot-be-told"));
  });

  it("has the samples that are tested here, and no others", () =>
    assert.deepEqual([...samples.keys()], [PLAIN, FORK, COMMENT, GITLAB]));

  it("has workflows that are right for actionlint", () => {
    const folder = mkdtempSync(join(tmpdir(), "samples-test-"));
    try {
      const files = [PLAIN, FORK, COMMENT].map((path) => basename(path));
      for (const path of [PLAIN, FORK, COMMENT]) writeFileSync(join(folder, basename(path)), sample(path));
      assert.equal(actionlint(files, folder), "");
      writeFileSync(join(folder, "wrong.yml"), sample(PLAIN).replace("pull-requests: write", "pull-request: write"));
      assert.match(actionlint(["wrong.yml"], folder), /unknown permission scope "pull-request"/);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  for (const path of [PLAIN, FORK, COMMENT]) describe(path, () => followsTheRules(sample(path)));

  const jobsOf = (path: string): readonly Job[] => Object.values(workflowOf(sample(path)).jobs);

  it("gives a job that runs code of a branch no permission to write, and a job that writes no code of one", () => {
    for (const job of [PLAIN, FORK, COMMENT].flatMap(jobsOf)) {
      const writes = Object.entries(job.permissions ?? {}).some(
        ([what, how]) => how === "write" && what !== "id-token",
      );
      const runsTheirs = job.steps.some(({ uses = "", run = "" }) => /checkout@/.test(uses) || /\bnp[mx] /.test(run));
      assert.notEqual(writes, runsTheirs);
    }
  });

  it("gives the code of a fork no secret, and a fork's pull request no other job", () => {
    assert.deepEqual(
      jobsOf(FORK).map(({ permissions }) => permissions),
      [{ contents: "read" }],
    );
    assert.doesNotMatch(sample(FORK), /secrets\.|id-token|pull_request_target/);
    assert.equal(jobsOf(FORK)[0]?.if, "github.event.pull_request.head.repo.full_name != github.repository");
    assert.equal(jobsOf(PLAIN)[0]?.if, "github.event.pull_request.head.repo.full_name == github.repository");
    for (const text of samples.values())
      assert.doesNotMatch(text, /^on: pull_request_target|^ {2}pull_request_target/m);
  });

  it("starts the comment on a fork after the workflow that reviews it", () => {
    const { name } = workflowOf(sample(FORK)) as unknown as { name: string };
    assert.deepEqual(workflowOf(sample(COMMENT)).on, { workflow_run: { workflows: [name], types: ["completed"] } });
  });
});

describe("the commands of the samples", function () {
  let folder: string;
  before(function () {
    const lacking = ["jq", "unzip", "bash"].filter((tool) => spawnSync(tool, ["--version"]).error !== undefined);
    if (lacking.length === 0) return;
    assert.equal(process.env.CI, undefined, lacking.join());
    console.log(`      skipped: there is no ${lacking.join(", no ")}`);
    this.skip();
  });
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "samples-test-"));
    mkdirSync(join(folder, "bin"));
    for (const name of ["gh", "curl"]) writeFileSync(join(folder, "bin", name), SERVER, { mode: 0o755 });
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const run = (
    shell: readonly [string, ...string[]],
    script: string,
    env: Readonly<Record<string, string>>,
    answers: Answers,
  ): { readonly exitCode: number | null; readonly written: readonly Call[]; readonly calls: readonly Call[] } => {
    const [answered, called] = [join(folder, "answers.json"), join(folder, "calls.jsonl")];
    writeFileSync(answered, JSON.stringify(answers));
    writeFileSync(called, "");
    writeFileSync(join(folder, "script"), script);
    const [command, ...args] = shell;
    const { status, stderr } = spawnSync(command, [...args, "script"], {
      cwd: folder,
      env: {
        PATH: `${join(folder, "bin")}${delimiter}${process.env.PATH ?? ""}`,
        ANSWERS: answered,
        CALLS: called,
        ...env,
      },
      encoding: "utf8",
    });
    const calls = readFileSync(called, "utf8")
      .split("\n")
      .filter(Boolean)
      .map((line) => JSON.parse(line) as Call);
    const written = calls.filter(({ sent }) => sent !== undefined);
    assert.ok(status === 0 || written.length === 0, stderr);
    return { exitCode: status, written, calls };
  };
  const step = (
    path: string,
    job: string,
  ): { readonly script: string; readonly env: Readonly<Record<string, string>> } => {
    const found = workflowOf(sample(path)).jobs[job]?.steps.find(({ name }) => name === "Comment");
    return { script: found?.run ?? assert.fail(path), env: found?.env ?? {} };
  };
  const comment = (id: number, login: string, body: string): object => ({ id, user: { login }, body });
  const BOT = "github-actions[bot]";

  const review = `${MARKER}\n\n**No connection breaks.** "quoted" \\ $(exit 1)\n`;
  /** Others' comments with the same first line, and ours on another stack; on the second page ours. */
  const COMMENTS = [
    [comment(1, "mallory", review), comment(2, BOT, "<!-- dynamodb-endpoint review: PROJECT/OTHER -->\n")],
    [comment(3, BOT, `It quotes\n${MARKER}\n`), comment(4, BOT, `${MARKER}\r\nold`)],
  ];

  describe("for branches", () => {
    const env = { GH_TOKEN: "token", REPOSITORY: "owner/name", NUMBER: "7" };
    const { script, env: declared } = step(PLAIN, "comment");
    const post = (text: string, comments: Answers["comments"]) => {
      writeFileSync(join(folder, "review.md"), text);
      return run(["bash", "-e"], script, env, { comments });
    };

    it("post a comment where there is none of this stack", () => {
      assert.deepEqual(Object.keys(declared), Object.keys(env));
      const { written } = post(review, [COMMENTS[0] ?? []]);
      assert.deepEqual(
        written.map(({ method, address, sent }) => ({ method, address, sent })),
        [{ method: "POST", address: "repos/owner/name/issues/7/comments", sent: { body: review } }],
      );
    });

    it("replace their own comment, on whichever page it is, and nobody else's", () => {
      const { written } = post(review, COMMENTS);
      assert.deepEqual(
        written.map(({ method, address, sent }) => ({ method, address, sent })),
        [{ method: "PATCH", address: "repos/owner/name/issues/comments/4", sent: { body: review } }],
      );
    });

    it("post nothing that is no review", () => {
      for (const text of ["", "error: preview.json is empty\n"]) {
        const { exitCode, written } = post(text, COMMENTS);
        assert.deepEqual([exitCode, written], [1, []]);
      }
    });
  });

  describe("for forks", () => {
    const { script, env: declared } = step(COMMENT, "comment");
    const env = {
      GH_TOKEN: "token",
      REPOSITORY: "owner/name",
      RUN: "11",
      COMMIT: "c0ffee",
      OWNER: "mallory",
      BRANCH: "$(touch pwned)`touch pwned`&head=x",
      MARKER,
    };
    const ANSWERS = {
      comments: [COMMENTS[0] ?? []],
      pulls: [
        { number: 6, head: { sha: "0ther" } },
        { number: 7, head: { sha: "c0ffee" } },
      ],
      artifacts: [{ id: 21, name: "review", size_in_bytes: 500 }],
    };
    const post = (text: string, answers: Partial<Answers> = {}) => {
      const archive = storedZip({ "../../escaped.txt": "escaped", "review.txt": text }).toString("base64");
      const ended = run(["bash", "-e"], script, env, { ...ANSWERS, archive, ...answers });
      assert.ok(!existsSync(join(folder, "pwned")));
      assert.ok(!existsSync(join(folder, "../../escaped.txt")));
      return ended;
    };

    it("post the review on the pull request of the event's branch and commit", () => {
      assert.deepEqual(Object.keys(declared), Object.keys(env));
      assert.equal(declared.MARKER, MARKER);
      const { written, calls } = post("project/stack\nNo connection breaks.\n");
      assert.deepEqual(
        written.map(({ method, address }) => [method, address]),
        [["POST", "repos/owner/name/issues/7/comments"]],
      );
      assert.match(written[0]?.sent?.body ?? "", /\n {4}project\/stack\n {4}No connection breaks\.\n/);
      assert.ok(calls[0]?.args.includes(`head=mallory:${env.BRANCH}`));
    });

    it("replace their own comment, and nobody else's", () =>
      assert.deepEqual(
        post("a review", { comments: COMMENTS }).written.map(({ method, address }) => [method, address]),
        [["PATCH", "repos/owner/name/issues/comments/4"]],
      ));

    it("show what a fork made as text: no Markdown, no mention, no other first line, no control characters", () => {
      const hostile = `<!-- dynamodb-endpoint review: PROJECT/OTHER -->\r\n\n\`\`\`\n@team [approve](https://example.com)\u001b[31m\u202e`;
      const [{ sent } = { sent: undefined }] = post(hostile).written;
      const [marker, blank, said, ...lines] = (sent?.body ?? "").split("\n");
      assert.deepEqual([marker, blank], [MARKER, ""]);
      assert.match(said ?? "", /^Made by a workflow of the fork at c0ffee\. Nobody vouches for it\.$/);
      assert.deepEqual(lines, [
        "",
        "    <!-- dynamodb-endpoint review: PROJECT/OTHER -->",
        "    ",
        "    ```",
        "    @team [approve](https://example.com)[31m",
      ]);
    });

    it("stay within a comment, however large the review is", () => {
      const [{ sent } = { sent: undefined }] = post("a\n".repeat(200_000)).written;
      const length = sent?.body.length ?? 0;
      assert.ok(length > 50_000 && length < 65_000, String(length));
      assert.equal(statSync(join(folder, "review.txt")).size, 50_000);
    });

    for (const [what, answers] of [
      ["a commit that is no longer the newest", { pulls: [{ number: 7, head: { sha: "newer" } }] }],
      ["an artifact that is too large", { artifacts: [{ id: 21, name: "review", size_in_bytes: 100_000 }] }],
      ["another artifact", { artifacts: [{ id: 21, name: "other", size_in_bytes: 500 }] }],
    ] as const)
      it(`post nothing of ${what}`, () => {
        const { exitCode, written } = post("a review", answers);
        assert.deepEqual([exitCode, written], [0, []]);
      });
  });

  describe("for GitLab", () => {
    const { review: reviewJob, comment: commentJob } = workflowOf(sample(GITLAB)) as unknown as Record<
      "review" | "comment",
      { readonly script: readonly string[]; readonly rules: readonly { readonly if: string }[] }
    >;
    const env = {
      REVIEW_TOKEN: "token",
      CI_API_V4_URL: "https://gitlab.example.com/api/v4",
      CI_PROJECT_ID: "5",
      CI_MERGE_REQUEST_IID: "7",
    };
    const notes = `${env.CI_API_V4_URL}/projects/5/merge_requests/7/notes`;
    const note = (id: number, author: number, body: string): object => ({ id, author: { id: author }, body });
    const post = (text: string, comments: Answers["comments"]) => {
      writeFileSync(join(folder, "review.md"), text);
      return run(["sh", "-e"], commentJob.script.join("\n"), env, { comments });
    };

    it("post a note where there is none, and replace their own on whichever page it is", () => {
      const others = [note(1, 9, review), note(2, 1, `It quotes\n${MARKER}`)];
      for (const [comments, method, address] of [
        [[others], "POST", notes],
        [[others, [note(3, 1, review)], [note(4, 1, "later")]], "PUT", `${notes}/3`],
      ] as const)
        assert.deepEqual(
          post(review, comments).written.map((call) => [call.method, call.address, call.sent?.body]),
          [[method, address, review]],
        );
    });

    it("post nothing that is no review", () => assert.deepEqual(post("", [[]]).written, []));

    it("leave the merge requests of forks out, wherever their pipeline runs", () => {
      for (const job of [reviewJob, commentJob])
        assert.match(
          job.rules.map((rule) => rule.if).join(),
          / && \$CI_MERGE_REQUEST_SOURCE_PROJECT_ID == \$CI_MERGE_REQUEST_PROJECT_ID$/,
        );
    });
  });
});
