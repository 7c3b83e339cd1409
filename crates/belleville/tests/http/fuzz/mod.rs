//! Random input: whatever a client sends, nothing panics, nothing is answered 5xx, and no answer takes many statements or many bytes.
//!
//! Inputs begin with the seeds of a target. One whose answer is of a new kind (another status, another error, another number of
//! statements) is kept, and further ones are made from it: so later inputs get farther than any list of them would. The environment
//! says how much is tried: `FUZZ_ROUNDS` or `FUZZ_SECONDS` for each target, or both; and `FUZZ_SEED`, from which all else follows. An
//! input that fails is made smaller and written to a file; `FUZZ_REPLAY=FILE cargo test -p belleville --test http fuzz::replayed`
//! sends it again.

mod input;
mod program;
mod random;
mod targets;

use std::collections::HashSet;
use std::time::{Duration, Instant};

use belleville::db::capture_queries;
use belleville::http;
use belleville::in_process::Unhandled;
use belleville::test::TestClient;
use bytes::Bytes;

use input::{Input, changed, replaced};
use random::Random;
use targets::{TARGETS, Target};

/// How many rounds a target has where the environment says nothing.
const ROUNDS: u64 = 400;

/// After so many rounds the rows are those of the beginning.
const ROUNDS_WITH_THE_SAME_ROWS: u64 = 200;

/// The most statements for one answer.
const MOST_STATEMENTS: usize = 40;

/// The most bytes of an answer, besides those of the input, each of which may come back several times.
const MOST_BYTES: usize = 200_000;

/// The most inputs that are kept, so that the first ones are not forgotten among many.
const MOST_KEPT: usize = 4000;

/// Stands for the key of a session, which is another one each time.
const SESSION: &[u8] = b"{session}";

/// What an answer is like; texts that differ only in names and numbers are of one kind.
#[derive(Debug, PartialEq, Eq, Hash)]
struct Kind {
    status: u16,
    statements: usize,
    shape: String,
}

/// How long to go on.
struct Limit {
    rounds: u64,
    end: Option<Instant>,
}

impl Limit {
    fn of_environment() -> Self {
        let seconds = number("FUZZ_SECONDS");
        let rounds = number("FUZZ_ROUNDS").unwrap_or(if seconds.is_some() { u64::MAX } else { ROUNDS });
        Self { rounds, end: seconds.map(|seconds| Instant::now() + Duration::from_secs(seconds)) }
    }

    fn is_reached(&self, round: u64) -> bool {
        round >= self.rounds || self.end.is_some_and(|end| Instant::now() >= end)
    }
}

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

/// A target, and the inputs of it that were of use so far.
struct Run<'a> {
    target: &'a Target,
    client: TestClient,
    kept: Vec<Input>,
    kinds: HashSet<Kind>,
    /// All that is random follows from it.
    seed: u64,
}

impl<'a> Run<'a> {
    async fn new(target: &'a Target, seed: u64) -> Self {
        let client = program::client().await;
        let seeds = target.seeds.iter().map(|text| Input::read(&with_session(text.as_bytes(), &client)));
        let seeds: Vec<Input> = seeds.collect();
        let mut run = Self { target, client, kept: Vec::new(), kinds: HashSet::new(), seed };
        for seed in seeds {
            run.try_input(seed).await;
        }
        run
    }

    /// Sends an input, and keeps it where its answer is of a new kind.
    async fn try_input(&mut self, input: Input) {
        match outcome(&self.client, &input).await {
            Ok(kind) => {
                if self.kept.len() < MOST_KEPT && self.kinds.insert(kind) {
                    self.kept.push(input);
                }
            }
            Err(reason) => self.fail(input, &reason).await,
        }
    }

    /// A new input: one that was kept, with another part.
    fn next(&self, random: &mut Random) -> Input {
        // The last ones are tried more often.
        let among = if random.one_in(2) { self.kept.len() } else { self.kept.len().min(40) };
        let mut input = self.kept[self.kept.len() - 1 - random.below(among)].clone();
        let mut other = self.kept[random.below(self.kept.len())].clone();
        let Target { part, words, make, .. } = *self.target;
        let new = match random.below(4) {
            0 => make(random),
            _ => changed(random, input.part(part), other.part(part), words),
        };
        *input.part(part) = new;
        if random.one_in(12) {
            input.method = random
                .pick(&["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "HEAD", "TRACE", "BREW"])
                .to_owned();
        }
        if random.one_in(12) {
            input.path = other.path;
        }
        if random.one_in(12)
            && let Some((_, value)) = input.headers.first_mut()
        {
            *value = changed(random, value, b"", words);
        }
        input
    }

    /// Ends the test with the smallest input that fails so.
    async fn fail(&self, mut input: Input, reason: &str) -> ! {
        for part in [self.target.part, input::Part::Body, input::Part::Query] {
            self.shorten(&mut input, part).await;
        }
        let name = self.target.name.replace(' ', "-");
        let file = format!("{}/fuzz-{name}-{}", env!("CARGO_TARGET_TMPDIR"), self.seed);
        let session = self.client.cookie("sessionid").unwrap_or_default();
        let written = replaced(&input.written(), session.as_bytes(), SESSION);
        std::fs::write(&file, &written).unwrap();
        panic!(
            "{name}, FUZZ_SEED={}: {reason}\nFUZZ_REPLAY={file} cargo test -p belleville --test http fuzz::replayed\n{}",
            self.seed,
            written.escape_ascii()
        );
    }

    /// Takes away what the failure does not need.
    async fn shorten(&self, input: &mut Input, part: input::Part) {
        let mut length = input.part(part).len() / 2;
        while length > 0 {
            let mut at = 0;
            while at < input.part(part).len() {
                let mut shorter = input.clone();
                let end = (at + length).min(shorter.part(part).len());
                shorter.part(part).drain(at..end);
                match outcome(&self.client, &shorter).await {
                    Err(_) => *input = shorter,
                    Ok(_) => at += length,
                }
            }
            length /= 2;
        }
    }
}

/// A text of a request with the key of the client's session.
fn with_session(text: &[u8], client: &TestClient) -> Vec<u8> {
    replaced(text, SESSION, client.cookie("sessionid").unwrap_or_default().as_bytes())
}

/// The kind of an answer, or what is wrong with it.
async fn outcome(client: &TestClient, input: &Input) -> Result<Kind, String> {
    let (answer, statements) = capture_queries(client.application().answer(input.request())).await;
    let status = answer.status().as_u16();
    let size = input.body.len() + input.query.len() + input.path.len();
    if status >= 500 {
        let failure = answer.extensions().get().map(|Unhandled(failure)| failure);
        return Err(format!("{status}: {failure:?}"));
    }
    if statements.len() > MOST_STATEMENTS {
        return Err(format!("{status} took {} statements", statements.len()));
    }
    if answer.body().len() > MOST_BYTES + 60 * size {
        return Err(format!("{status} has {} bytes", answer.body().len()));
    }
    Ok(Kind { status, statements: statements.len(), shape: shape(&answer) })
}

/// The beginning of an answer without what differs between two inputs of one kind: digits, quoted texts, letters beyond ASCII.
fn shape(answer: &http::Response<Bytes>) -> String {
    let content_type = answer.headers().get("content-type").map(|value| value.as_bytes()).unwrap_or_default();
    let mut shape = String::from_utf8_lossy(content_type).into_owned();
    if answer.body().starts_with(b"<") {
        return shape;
    }
    let text = String::from_utf8_lossy(answer.body());
    let text = text.get(..160).unwrap_or(&text);
    // The values of what succeeds say nothing; its names do.
    let is_error = answer.status().as_u16() >= 400;
    let mut pieces = text.split('"').enumerate().peekable();
    while let Some((number, piece)) = pieces.next() {
        let is_name = pieces.peek().is_some_and(|(_, next)| next.starts_with(':'));
        if number % 2 == 0 || is_name || is_error {
            shape.extend(piece.chars().filter(char::is_ascii_alphabetic).take(60));
        }
    }
    shape
}

fn fuzz(name: &str) {
    let Some(target) = TARGETS.iter().find(|target| target.name == name) else { panic!("no target {name}") };
    let seed = number("FUZZ_SEED").unwrap_or(1);
    belleville::test::run(async {
        let limit = Limit::of_environment();
        let mut run = Run::new(target, seed).await;
        let mut round = 0;
        while !limit.is_reached(round) {
            let mut random = Random::of(seed.wrapping_add(round << 20));
            let input = run.next(&mut random);
            run.try_input(input).await;
            round += 1;
            if round.is_multiple_of(ROUNDS_WITH_THE_SAME_ROWS) {
                program::forget(&run.client).await;
            }
        }
        println!("{name}: FUZZ_SEED={seed}, {round} rounds, {} kinds of answers", run.kinds.len());
    });
}

macro_rules! targets {
    ($($function:ident $name:literal;)*) => {$(
        #[test]
        fn $function() {
            fuzz($name);
        }
    )*};
}

targets! {
    negotiation "negotiation";
    query_string "query string";
    cookies "cookies";
    multipart "multipart";
    json "json";
    url_patterns "url patterns";
    filters "filters";
    form_bodies "form bodies";
}

/// Sends the input of a file.
#[test]
fn replayed() {
    let Ok(file) = std::env::var("FUZZ_REPLAY") else { return };
    belleville::test::run(async {
        let client = program::client().await;
        let input = Input::read(&with_session(&std::fs::read(&file).unwrap(), &client));
        println!("{}\n{:?}", input.written().escape_ascii(), outcome(&client, &input).await);
    });
}

/// Inputs of one kind are kept once, and what is made from them gets farther.
#[test]
fn new_kinds_of_answers_are_kept() {
    belleville::test::run(async {
        let mut run = Run::new(&TARGETS[4], 1).await;
        let before = run.kept.len();
        let again = run.kept[0].clone();
        run.try_input(again).await;
        assert_eq!(run.kept.len(), before);
        let mut input = run.kept[0].clone();
        input.body = b"{\"title\": 1, \"price\": \"NaN\"}".to_vec();
        run.try_input(input).await;
        assert_eq!(run.kept.len(), before + 1);
    });
}
