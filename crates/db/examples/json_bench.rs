//! What documents of about 2.5 MB take in the JSON parser and in Python's: memory as a multiple of the text, and
//! time a byte. Each is read once in a process of its own, as the first body that a server gets.
//!
//! ```sh
//! cargo run --release -p belleville-db --example json_bench
//! ```

use std::io::{Read, Write};
use std::process::{Command, Stdio};
use std::time::Instant;

use belleville_db::json::parse;

const SIZE: usize = 2_500_000;

/// Prints the memory that was added at the most, and the time, in bytes and nanoseconds.
const PYTHON: &str = r#"
import gc, json, sys, time
def kib(key): return next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith(key))
gc.disable()
text = sys.stdin.read()
open("/proc/self/clear_refs", "w").write("5")
before, start = kib("VmRSS"), time.perf_counter()
value = json.loads(text)
print((kib("VmHWM") - before) * 1024, int((time.perf_counter() - start) * 1e9))
"#;

fn main() {
    if std::env::args().nth(1).as_deref() == Some("one") {
        return one();
    }
    println!("{:28} {:>8} {:>8} {:>8} {:>8} {:>6}", "", "memory", "Python", "ns/byte", "Python", "time");
    for (name, document) in documents() {
        let ours = measured(this_program, &document);
        let python = measured(python, &document);
        let [[memory, time], [python_memory, python_time]] =
            [ours, python].map(|figures| figures.map(|figure| figure / document.len() as f64));
        println!(
            "{name:28} {memory:8.2} {python_memory:8.2} {time:8.2} {python_time:8.2} {:5.2}x",
            time / python_time
        );
    }
}

fn documents() -> Vec<(&'static str, String)> {
    let list = |item: &str| format!("[{}{item}]", format!("{item},").repeat(SIZE / (item.len() + 1)));
    let numbered = |item: fn(usize) -> String, count| (1..count).map(item).collect::<Vec<_>>().join(",");
    let task = |n: usize| {
        format!(
            r#"{{"title":"Task number {n}","description":"What has to be done before noon, by René.","completed":false,"project":{n}}}"#
        )
    };
    vec![
        ("{\"x\":[1,1,...]}", format!("{{\"x\":{}}}", list("1"))),
        ("[[],[],...]", list("[]")),
        ("[{},{},...]", list("{}")),
        ("[[1],[1],...]", list("[1]")),
        ("bulk, short", list(r#"{"a":1,"b":"text","c":null}"#)),
        ("bulk, as people write it", format!("[{}]", numbered(task, SIZE / 110))),
        ("[\"a\",\"a\",...]", list("\"a\"")),
        ("many keys", format!("{{{}}}", numbered(|n| format!("\"k{n}\":{n}"), 156_000))),
        ("one text", format!("\"{}\"", "The quick brown fox. ".repeat(SIZE / 21))),
        ("\\u escapes", list(&format!("\"{}\"", "\\u00e9\\u4e2d\\ud83d\\ude00".repeat(10)))),
        ("floats", format!("[{}]", numbered(|n| format!("{}", (n as f64).sqrt()), SIZE / 18))),
        ("whole numbers", format!("[{}]", numbered(|n| format!("{}", n * 7919 % 1_000_000_007), SIZE / 8))),
        ("900 levels", list(&format!("{}1{}", "[".repeat(899), "]".repeat(899)))),
    ]
}

/// The best of several runs: memory and time.
fn measured(program: fn() -> Command, document: &str) -> [f64; 2] {
    let runs = (0..7).map(|_| run(program(), document));
    runs.reduce(|best, run| if run[1] < best[1] { run } else { best }).unwrap_or_default()
}

fn this_program() -> Command {
    let mut command = Command::new(std::env::current_exe().expect("the program's own name"));
    command.arg("one");
    command
}

fn python() -> Command {
    let mut command = Command::new("python3");
    command.args(["-c", PYTHON]);
    command
}

fn run(mut command: Command, document: &str) -> [f64; 2] {
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("a program that starts");
    child.stdin.take().expect("its input").write_all(document.as_bytes()).expect("that it reads");
    let out = child.wait_with_output().expect("that it ends").stdout;
    let figures = String::from_utf8_lossy(&out);
    let mut figures = figures.split_whitespace().filter_map(|figure| figure.parse().ok());
    [figures.next().expect("memory"), figures.next().expect("time")]
}

/// Reads the document on standard input and prints what that took.
fn one() {
    let mut text = String::new();
    std::io::stdin().read_to_string(&mut text).expect("a document");
    std::fs::write("/proc/self/clear_refs", "5").expect("Linux");
    let (before, start) = (kib("VmRSS"), Instant::now());
    let value = parse(&text).expect("JSON");
    let (time, peak) = (start.elapsed(), kib("VmHWM"));
    println!("{} {}", (peak - before) * 1024, time.as_nanos());
    drop(value);
}

fn kib(key: &str) -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").expect("Linux");
    let line = status.lines().find(|line| line.starts_with(key)).expect("its line");
    line.split_whitespace().nth(1).and_then(|number| number.parse().ok()).expect("a number")
}
