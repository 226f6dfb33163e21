//! The server: answers from memory, to this machine's browsers. It is for preview, and does not know how a site is made.

use std::convert::Infallible;
use std::net::{IpAddr, SocketAddr};
use std::ops::Bound;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::header::{self, HeaderMap, HeaderValue};
use axum::http::request::Parts;
use axum::http::{Method, StatusCode};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use headers::{ETag, HeaderMapExt, IfNoneMatch, IfRange, Range};
use percent_encoding::percent_decode_str;
use tokio::sync::watch::Receiver;

use crate::render::Content;
use crate::serve::served::{Seen, Served, Version};
use crate::site::desk::NOT_FOUND;
use crate::site::frame::INDEX;
use crate::text::fingerprint;

/// The policy of a published site, as `docs/publishing.md` has it, and what live reload needs.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; \
                      base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/// The folder of what is not part of the site. No file of a handbook can be there: hidden files are not published.
const OWN: &str = ".onus/";
const SCRIPT: &str = include_str!("live.js");
const STYLE: &str = include_str!("live.css");

/// How long a request waits for what is being made: the first search index, or pages after those that are looked at.
const PATIENCE: Duration = Duration::from_secs(60);

/// How soon a page looks for a server that is gone, in milliseconds.
const RETRY: Duration = Duration::from_millis(500);

/// What the server is made from.
pub struct Server {
    pub served: Receiver<Arc<Served>>,
    /// Is told which pages are asked for.
    pub seen: Arc<Seen>,
    /// The handbook's folder, without links: copied files are read below it only.
    pub root: PathBuf,
    /// The host that was asked for.
    pub host: String,
    pub address: SocketAddr,
}

/// Serves until the process ends.
///
/// # Errors
/// When the socket fails.
pub async fn serve(listener: tokio::net::TcpListener, server: Server) -> std::io::Result<()> {
    let router = Router::new().fallback(answer).with_state(Arc::new(server));
    axum::serve(listener, router).await
}

async fn answer(State(server): State<Arc<Server>>, request: Request) -> Response {
    let (request, _) = request.into_parts();
    let mut response = respond(&server, &request).await;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    response
}

async fn respond(server: &Server, request: &Parts) -> Response {
    if !is_own_host(server, &request.headers) {
        let told = "This is a preview on somebody's machine. It answers to that machine's own names only.\n";
        return (StatusCode::FORBIDDEN, told).into_response();
    }
    if ![Method::GET, Method::HEAD].contains(&request.method) {
        let told = "A preview can be read only.\n";
        return (StatusCode::METHOD_NOT_ALLOWED, [(header::ALLOW, "GET, HEAD")], told).into_response();
    }
    let Some(path) = path_of(request.uri.path()) else {
        return (StatusCode::BAD_REQUEST, "This path leaves the site.\n").into_response();
    };
    if let Some(own) = path.strip_prefix(OWN) {
        return match own {
            "events" => events(server, request.uri.query().unwrap_or_default()),
            "live.js" => file(request, "live.js", SCRIPT.as_bytes().into(), StatusCode::OK),
            "live.css" => file(request, "live.css", STYLE.as_bytes().into(), StatusCode::OK),
            _ => (StatusCode::NOT_FOUND, "There is no such file.\n").into_response(),
        };
    }
    let mut receiver = server.served.clone();
    let mut served = receiver.borrow_and_update().clone();
    if path.starts_with(INDEX) && path[INDEX.len()..].starts_with('/') && served.index.is_none() {
        // Pages are there before the index is: it follows.
        let ready = async { receiver.wait_for(|served| served.index.is_some()).await.map(|now| now.clone()) };
        if let Ok(Ok(now)) = tokio::time::timeout(PATIENCE, ready).await {
            served = now;
        }
    }
    let route = Served::route(&path);
    if !served.knows(&route) {
        let ready = async { receiver.wait_for(|served| served.knows(&route)).await.map(|now| now.clone()) };
        if let Ok(Ok(now)) = tokio::time::timeout(PATIENCE, ready).await {
            served = now;
        }
    }
    if route.ends_with(".html") && served.file(&route).is_some() {
        server.seen.add(&route);
    }
    match served.file(&route) {
        Some(content) => match read(server, content).await {
            Some(bytes) => page(request, &served, &route, bytes, StatusCode::OK),
            None => missing(request, &served),
        },
        None if served.files.contains_key(&format!("{route}/index.html")) => {
            let name = request.uri.path().rsplit('/').next().unwrap_or_default();
            (StatusCode::PERMANENT_REDIRECT, [(header::LOCATION, format!("{name}/"))]).into_response()
        }
        None => missing(request, &served),
    }
}

fn missing(request: &Parts, served: &Served) -> Response {
    match served.files.get(NOT_FOUND) {
        Some(Content::Bytes(bytes)) => {
            page(request, served, NOT_FOUND, Bytes::from_owner(Held(bytes.clone())), StatusCode::NOT_FOUND)
        }
        _ => (StatusCode::NOT_FOUND, "There is no such page.\n").into_response(),
    }
}

/// The path below the site's root; none where it is no path, or leaves the site.
fn path_of(path: &str) -> Option<String> {
    let path = percent_decode_str(path.strip_prefix('/')?).decode_utf8().ok()?.into_owned();
    let leaves = |part: &str| part == ".." || part == ".";
    (!path.contains(['\\', '\0']) && !path.split('/').any(leaves)).then_some(path)
}

/// Whether a request is meant for this machine. A page elsewhere can give its own name this machine's address, but not
/// have its browser name another host (DNS rebinding).
fn is_own_host(server: &Server, headers: &HeaderMap) -> bool {
    let mut hosts = headers.get_all(header::HOST).iter();
    let (Some(host), None) = (hosts.next().and_then(|host| host.to_str().ok()), hosts.next()) else { return false };
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|digit| digit.is_ascii_digit()) => name,
        _ => host,
    };
    let name = name.trim_start_matches('[').trim_end_matches(']').to_ascii_lowercase();
    match name.parse::<IpAddr>() {
        // An address is no name that could be given another meaning.
        Ok(address) => address.is_loopback() || address == server.address.ip() || server.address.ip().is_unspecified(),
        Err(_) => name == "localhost" || name.ends_with(".localhost") || name == server.host.to_ascii_lowercase(),
    }
}

struct Held(Arc<Vec<u8>>);

impl AsRef<[u8]> for Held {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

async fn read(server: &Server, content: Content) -> Option<Bytes> {
    match content {
        Content::Bytes(bytes) => Some(Bytes::from_owner(Held(bytes))),
        Content::Copy(from) => {
            let root = server.root.clone();
            tokio::task::spawn_blocking(move || copied(&from, &root)).await.ok().flatten()
        }
    }
}

/// A copied file, unless a link leads out of the handbook by now.
fn copied(from: &Path, root: &Path) -> Option<Bytes> {
    // The content folder may be a link itself.
    let content = root.join("content").canonicalize().ok()?;
    let from = from.canonicalize().ok().filter(|from| from.starts_with(content))?;
    std::fs::read(from).ok().map(Bytes::from)
}

/// A file of the site; pages get the script that keeps them up to date.
fn page(request: &Parts, served: &Served, route: &str, bytes: Bytes, status: StatusCode) -> Response {
    if !route.ends_with(".html") {
        return file(request, route, bytes, status);
    }
    let Version { whole, rest } = served.version(&bytes);
    let index = served.index_name();
    let script = format!(
        "<script src=\"/{OWN}live.js\" defer data-whole=\"{whole}\" data-rest=\"{rest}\" data-index=\"{index}\"></script>"
    );
    let head = b"</head>";
    let at = bytes.windows(head.len()).position(|part| part == head).unwrap_or(bytes.len());
    file(request, route, [&bytes[..at], script.as_bytes(), &bytes[at..]].concat().into(), status)
}

/// Answers with bytes: whole, a stretch of them, or nothing where the browser has them.
fn file(request: &Parts, route: &str, bytes: Bytes, status: StatusCode) -> Response {
    let asked = &request.headers;
    let mut headers = HeaderMap::new();
    let tag: ETag = format!("\"{}\"", fingerprint::of(&bytes)).parse().expect("a fingerprint in quotes is a tag");
    let found = status == StatusCode::OK;
    if found {
        headers.typed_insert(tag.clone());
        headers.insert(header::ACCEPT_RANGES, HeaderValue::from_static("bytes"));
        if asked.typed_get::<IfNoneMatch>().is_some_and(|tags| !tags.precondition_passes(&tag)) {
            return (StatusCode::NOT_MODIFIED, headers).into_response();
        }
    }
    let kind = mime_guess::from_path(route).first_or_octet_stream();
    let kind = match kind.type_() {
        mime_guess::mime::TEXT => format!("{}; charset=utf-8", kind.essence_str()),
        _ => kind.essence_str().to_string(),
    };
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_str(&kind).expect("a type is written in ASCII"));
    let length = bytes.len() as u64;
    let current = asked.typed_get::<IfRange>().is_none_or(|range| !range.is_modified(Some(&tag), None));
    let range = asked.typed_get::<Range>().filter(|_| found && current && request.method == Method::GET);
    let (status, bytes) = match range.map(|range| stretch(&range, length)) {
        Some(Stretch::Of(from, to)) => {
            let told = format!("bytes {from}-{to}/{length}");
            headers.insert(header::CONTENT_RANGE, HeaderValue::from_str(&told).expect("numbers are ASCII"));
            (StatusCode::PARTIAL_CONTENT, bytes.slice(from as usize..=to as usize))
        }
        Some(Stretch::None) => {
            let told = format!("bytes */{length}");
            headers.insert(header::CONTENT_RANGE, HeaderValue::from_str(&told).expect("numbers are ASCII"));
            return (StatusCode::RANGE_NOT_SATISFIABLE, headers).into_response();
        }
        Some(Stretch::Whole) | None => (status, bytes),
    };
    headers.insert(header::CONTENT_LENGTH, HeaderValue::from(bytes.len()));
    let body = if request.method == Method::HEAD { Body::empty() } else { Body::from(bytes) };
    (status, headers, body).into_response()
}

enum Stretch {
    /// The first and the last byte.
    Of(u64, u64),
    /// Several are asked for, which is answered by all.
    Whole,
    None,
}

fn stretch(range: &Range, length: u64) -> Stretch {
    let mut ranges = range.satisfiable_ranges(length);
    let Some((from, to)) = ranges.next() else { return Stretch::None };
    if ranges.next().is_some() {
        return Stretch::Whole;
    }
    let last = length.saturating_sub(1);
    let (from, to) = match (from, to) {
        (Bound::Included(from), Bound::Included(to)) => (from, to.min(last)),
        (Bound::Included(from), _) => (from, last),
        _ => return Stretch::Whole,
    };
    if length == 0 || from > to { Stretch::None } else { Stretch::Of(from, to) }
}

/// Tells a page what is served, now and whenever that changes.
fn events(server: &Server, query: &str) -> Response {
    let page = query.split('&').find_map(|part| part.strip_prefix("page=")).unwrap_or_default();
    // The path of a page is encoded once by itself, and once as a part of the query.
    let page = percent_decode_str(page).decode_utf8_lossy().into_owned();
    let page = path_of(&page).unwrap_or_default();
    let told = stream::unfold((server.served.clone(), page, false), |(mut served, page, begun)| async move {
        if begun {
            served.changed().await.ok()?;
        }
        let route = Served::route(&page);
        let now = served.wait_for(|served| served.knows(&route)).await.ok()?.clone();
        let news = serde_json::to_string(&now.news(&page)).unwrap_or_default();
        let event = Event::default().retry(RETRY).data(news);
        Some((Ok::<_, Infallible>(event), (served, page, true)))
    });
    Sse::new(told).keep_alive(KeepAlive::default()).into_response()
}
