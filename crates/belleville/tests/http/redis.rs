//! The cache, sessions and throttles in a real Redis, which each test starts on a free port. Its program must be installed.

use std::io::{BufRead, BufReader, Read};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use belleville::cache::{Cache, CacheOptions, Limits, Timeout};
use belleville::db::Registry;
use belleville::json;
use belleville::json::Json;
use belleville::prelude::*;

use crate::server::{Folder, Server};
use crate::throttling::{let_through, many};

/// A server of this test alone.
struct Redis {
    process: Child,
    port: u16,
    _folder: Folder,
}

impl Redis {
    fn start() -> Self {
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        Self::start_on(port)
    }

    fn start_on(port: u16) -> Self {
        let folder = Folder::new();
        let server = ["redis-server", "valkey-server"].into_iter().find_map(|program| {
            Command::new(program)
                .args(["--port", &port.to_string(), "--bind", "127.0.0.1", "--save", "", "--dir"])
                .arg(folder.path())
                .stdout(Stdio::null())
                .spawn()
                .ok()
        });
        let process = server
            .expect("neither redis-server nor valkey-server is installed: apt-get install redis-server");
        let begun = Instant::now();
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(begun.elapsed() < Duration::from_secs(20), "Redis does not start");
            std::thread::sleep(Duration::from_millis(20));
        }
        Self { process, port, _folder: folder }
    }

    fn url(&self) -> String {
        format!("redis://127.0.0.1:{}/0", self.port)
    }

    fn stop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Drop for Redis {
    fn drop(&mut self) {
        self.stop();
    }
}

/// A server in another process: this program once more, with the test below.
struct Other {
    process: Child,
    address: SocketAddr,
}

impl Other {
    fn start(redis: &Redis) -> Self {
        let mut process = Command::new(std::env::current_exe().unwrap())
            .args(["redis::serves_for_another_process", "--exact", "--ignored", "--nocapture"])
            .env("TEST_CACHE_URL", redis.url())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let address = lines.map_while(Result::ok).find_map(|line| {
            let (_, address) = line.split_once("serving ")?;
            address.trim().parse().ok()
        });
        Self { process, address: address.expect("the other process serves") }
    }
}

impl Drop for Other {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

#[test]
#[ignore = "the other process of the next test"]
fn serves_for_another_process() {
    let url = std::env::var("TEST_CACHE_URL").unwrap();
    let server = Server::start("", &[("CACHE_URL", &url)], many());
    println!("serving {}", server.address);
    // Until the test that has started this ends.
    let _ = std::io::stdin().read(&mut [0]);
}

#[test]
fn ten_thousand_requests_to_two_processes_and_a_thousand_of_them_are_let_through() {
    let redis = Redis::start();
    let others = [Other::start(&redis), Other::start(&redis)];
    assert_eq!(let_through(&others.each_ref().map(|other| other.address), 50, 200), 1000);
}

#[test]
fn without_redis_requests_are_refused_or_let_through_as_the_settings_say() {
    let log = crate::server::log();
    for (fail_open, without) in [("0", 503), ("1", 200)] {
        let mut redis = Redis::start();
        let (port, url) = (redis.port, redis.url());
        let variables = [("CACHE_URL", url.as_str()), ("REST_FRAMEWORK__THROTTLE_FAIL_OPEN", fail_open)];
        let server = Server::start("", &variables, many());
        assert_eq!(server.get("/many/", "").status, 200);
        redis.stop();
        for _ in 0..3 {
            assert_eq!(server.get("/many/", "").status, without);
        }
        drop(redis);
        let _again = Redis::start_on(port);
        // No connection is tried for a moment after a failure.
        std::thread::sleep(Duration::from_millis(300));
        assert_eq!(server.get("/many/", "").status, 200);
    }
    let text = log.text();
    for told in ["requests are refused until they can", "requests are let through uncounted until they can"] {
        assert_eq!(text.matches(told).count(), 1, "{told}");
    }
    assert_eq!(text.matches("throttles count again").count(), 2);
}

fn cache(redis: &Redis) -> Cache {
    let options = CacheOptions {
        url: redis.url(),
        key_prefix: "shop".to_owned(),
        version: 2,
        timeout: Some(Duration::from_secs(300)),
        limits: Limits { entries: 300, cull_frequency: 3, bytes: 1 << 20 },
    };
    Cache::new(&options, &Database::open("sqlite://:memory:", Registry::default()).unwrap()).unwrap()
}

#[belleville::test]
async fn a_cache_in_redis_is_as_one_in_memory() {
    let redis = Redis::start();
    for cache in [cache(&redis), Cache::in_memory()] {
        let value = json!({ "a": [1, 1.5, null, true, "é"] });
        cache.set("value", value.clone(), Timeout::Default).await.unwrap();
        cache.set("number", 7, Timeout::Never).await.unwrap();
        assert_eq!(cache.get("value").await.unwrap(), Some(value));
        assert_eq!(cache.incr("number", -3).await.unwrap(), Some(4));
        assert_eq!(cache.incr("nothing", 1).await.unwrap(), None);
        assert_eq!(cache.incr("value", 1).await.unwrap(), None);
        assert!(!cache.add("number", 1, Timeout::Default).await.unwrap());
        assert!(cache.add("new", "a", Timeout::Default).await.unwrap());
        let found = cache.get_many(&["number", "nothing", "new"]).await.unwrap();
        assert_eq!(found, [("number", Json::from(4)), ("new", Json::from("a"))]);
        assert_eq!(cache.with_version(9).get("number").await.unwrap(), None);
        cache.set_bytes("bytes", vec![0, 255], Timeout::Default).await.unwrap();
        assert_eq!(cache.get_bytes("bytes").await.unwrap(), Some(vec![0, 255]));
        assert!(cache.delete("new").await.unwrap() && !cache.delete("new").await.unwrap());
        assert!(cache.touch("number", Duration::from_millis(30)).await.unwrap());
        assert!(cache.touch("value", Timeout::Never).await.unwrap());
        assert!(!cache.touch("nothing", Timeout::Never).await.unwrap());
        tokio::time::sleep(Duration::from_millis(60)).await;
        assert!(!cache.has_key("number").await.unwrap() && cache.has_key("value").await.unwrap());
        cache.set("value", 1, Duration::ZERO).await.unwrap();
        assert!(!cache.has_key("value").await.unwrap());
        cache.clear().await.unwrap();
        assert!(!cache.has_key("bytes").await.unwrap());
    }
}

#[test]
fn sessions_are_where_django_looks_for_them() {
    let redis = Redis::start();
    let url = redis.url();
    let variables = [
        ("CACHE_URL", url.as_str()),
        ("SESSION_ENGINE", "cache"),
        ("CACHE_KEY_PREFIX", "shop"),
        ("CACHE_VERSION", "2"),
    ];
    let server = Server::start_app(&crate::caching::app(), "", &variables);
    let answer = server.login("alice", crate::server::PASSWORD);
    let key = answer.head.split("sessionid=").nth(1).and_then(|rest| rest.split(';').next()).unwrap();
    let who = || server.get("/who/", &format!("Cookie: sessionid={key}"));
    assert_eq!((who().status, who().body.contains("alice")), (200, true));
    let (cache, entry) = (cache(&redis), format!("django.contrib.sessions.cache{key}"));
    let found = server.runtime.block_on(cache.get(&entry)).unwrap().unwrap();
    assert_eq!(found.get("_auth_user_id"), Some(&Json::from(server.user("alice").id.to_string())));
    server.runtime.block_on(cache.delete(&entry)).unwrap();
    assert_eq!(who().status, 403);
}
