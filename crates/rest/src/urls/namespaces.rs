//! Namespaces of URLs: of which applications they are, and in which instance of each; how a name is found among them.

use std::borrow::Cow;
use std::sync::Arc;

use super::{Route, Urls};

/// The namespaces of a URL, the outermost first: the application of each, and the instance of it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Namespaces {
    /// With colons between them.
    applications: Option<Arc<str>>,
    instances: Option<Arc<str>>,
}

impl Namespaces {
    /// Puts them into one more, the outermost.
    pub(super) fn wrap(&mut self, application: &str, instance: &str) {
        let around = |outer: &str, inner: &Option<Arc<str>>| -> Option<Arc<str>> {
            Some(match inner {
                Some(inner) => format!("{outer}:{inner}").into(),
                None => outer.into(),
            })
        };
        self.applications = around(application, &self.applications);
        self.instances = around(instance, &self.instances);
    }

    pub(crate) fn instances(&self) -> Option<&str> {
        self.instances.as_deref()
    }

    pub(crate) fn applications(&self) -> Option<&str> {
        self.applications.as_deref()
    }

    /// The application and the instance inside of these instances.
    fn inside(&self, outer: &[&str]) -> Option<(&str, &str)> {
        let mut instances = self.instances()?.split(':');
        let mut applications = self.applications()?.split(':');
        for wanted in outer {
            applications.next();
            if instances.next() != Some(wanted) {
                return None;
            }
        }
        applications.next().zip(instances.next())
    }
}

impl Urls {
    /// The name with the instances in the place of applications, as Django's `reverse` finds them: of each application that of the
    /// current one, else the instance that is called as the application, else the last one.
    pub(super) fn with_instances<'a>(&self, name: &'a str, current_app: Option<&str>) -> Cow<'a, str> {
        let Some((namespaces, last)) = name.rsplit_once(':') else { return Cow::Borrowed(name) };
        let mut current = current_app.map(|current| current.split(':'));
        let mut found: Vec<&str> = Vec::new();
        for wanted in namespaces.split(':') {
            let here = current.as_mut().and_then(Iterator::next);
            let instances = || {
                let inside =
                    self.routes.iter().rev().filter_map(|route: &Route| route.namespaces.inside(&found));
                inside.filter(|(application, _)| *application == wanted).map(|(_, instance)| instance)
            };
            let instance = match here.filter(|here| instances().any(|instance| instance == *here)) {
                Some(here) => here,
                None if instances().any(|instance| instance == wanted) => wanted,
                None => instances().next().unwrap_or(wanted),
            };
            if here != Some(instance) {
                current = None;
            }
            found.push(instance);
        }
        let resolved = format!("{}:{last}", found.join(":"));
        if resolved == name { Cow::Borrowed(name) } else { Cow::Owned(resolved) }
    }
}
