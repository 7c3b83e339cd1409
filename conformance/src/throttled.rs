//! `/conformance/throttled/`: the built-in throttles, and several at once.

use belleville::json;
use belleville::prelude::*;
use belleville::throttling::Verdict;

/// Refuses everything, and does not say for how long.
struct Never;

impl Throttle for Never {
    async fn allow_request(&self, _: &Request) -> Result<Verdict> {
        Ok(Verdict::refused(None))
    }
}

pub(crate) fn urls(urls: Urls) -> Urls {
    let view = |class: &str| View::new(class).permission_classes(AllowAny).get(ok);
    let three = || AnonRateThrottle.with_scope("three").with_rate("3/min");
    let five = || UserRateThrottle.with_scope("five").with_rate("5/hour");
    let minutes = || UserRateThrottle.with_scope("minutes").with_rate("6/min");
    urls.path("throttled/", view("Throttled").throttle_classes(three()))
        .path("throttled/user/", view("User Throttled").throttle_classes(five()))
        .path(
            "throttled/scope/",
            view("Scope Throttled").throttle_classes(ScopedRateThrottle).throttle_scope("uploads"),
        )
        .path("throttled/unscoped/", view("Unscoped").throttle_classes(ScopedRateThrottle))
        .path("throttled/unlimited/", view("Unlimited").throttle_classes(UserRateThrottle))
        .path("throttled/both/", view("Both Throttled").throttle_classes((three(), minutes())))
        .path("throttled/never/", view("Never Allowed").throttle_classes(Never))
        .path("throttled/never-and-three/", view("Never And Three").throttle_classes((Never, three())))
        .path(
            "throttled/nobody/",
            view("Nobody Allowed").throttle_classes(AnonRateThrottle.with_scope("nobody").with_rate("0/min")),
        )
        .path(
            "throttled/members/",
            view("Members Throttled").permission_classes(IsAuthenticated).throttle_classes(minutes()),
        )
}

async fn ok(_: Request) -> Result<Response> {
    Response::data(200, &json!({ "ok": true }))
}
