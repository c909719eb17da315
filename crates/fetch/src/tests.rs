//! Downloads from a small server of our own, which does what servers should not.
#![expect(
    clippy::disallowed_methods,
    reason = "the server that is fetched from listens on this machine"
)]

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use crate::{Address, FetchError, Proxy, Request, Roots, fetch};

type Answer = Box<dyn Fn(&mut TcpStream) + Send>;

/// A server that gives these answers, one a connection; its address and what it was asked.
fn server(answers: Vec<Answer>) -> (SocketAddr, Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let (asked, heard) = channel();
    std::thread::spawn(move || {
        for answer in answers {
            let (mut stream, _) = listener.accept().unwrap();
            let reader = BufReader::new(stream.try_clone().unwrap());
            let lines: Vec<String> = reader
                .lines()
                .map_while(Result::ok)
                .take_while(|line| !line.is_empty())
                .collect();
            asked.send(lines.join("\n")).unwrap();
            answer(&mut stream);
        }
    });
    (address, heard)
}

fn says(text: impl Into<String>) -> Answer {
    let text = text.into();
    Box::new(move |stream| {
        let _ = stream.write_all(text.as_bytes());
    })
}

fn request(address: &str) -> Request {
    Request {
        address: Address::parse(address).unwrap(),
        allow_http: false,
        roots: Roots::System,
        proxy: None,
        limit_bytes: 1 << 20,
        limit_time: Duration::from_secs(20),
    }
}

fn fetched(request: &Request) -> Result<String, FetchError> {
    let mut out = Vec::new();
    fetch(request, &mut out)?;
    Ok(String::from_utf8(out).unwrap())
}

#[test]
fn a_document_comes_with_and_without_its_length() {
    let (host, asked) = server(vec![
        says("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"),
        says("HTTP/1.0 200 OK\r\n\r\nhello"),
        says(
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n",
        ),
    ]);
    for _ in 0..3 {
        let request = request(&format!("http://me:secret@{host}/osv/all.zip?part=1"));
        assert_eq!(fetched(&request).as_deref(), Ok("hello"));
        let asked = asked.recv().unwrap();
        assert!(
            asked.starts_with("GET /osv/all.zip?part=1 HTTP/1.1\n"),
            "{asked}"
        );
        assert!(
            asked
                .to_lowercase()
                .contains("authorization: basic bwu6c2vjcmv0"),
            "{asked}"
        );
    }
}

#[test]
fn what_is_cut_short_is_no_document() {
    let (host, _asked) = server(vec![
        says("HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nhello"),
        says("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nhello"),
        says("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n"),
        says("HTTP/1.1 200 OK\r\nContent-Le"),
        says("nothing like HTTP\r\n\r\n"),
        says(""),
    ]);
    for _ in 0..6 {
        let error = fetched(&request(&format!("http://me:secret@{host}/x?secret"))).unwrap_err();
        assert!(matches!(error, FetchError::Connection { .. }), "{error:?}");
        assert!(!error.to_string().contains("secret"), "{error}");
    }
}

#[test]
fn size_and_time_end() {
    let endless = |head: &'static str| -> Answer {
        Box::new(move |stream| {
            let _ = stream.write_all(head.as_bytes());
            while stream.write_all(&[b'x'; 4096]).is_ok() {}
        })
    };
    let (host, _asked) = server(vec![
        says("HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\nx"),
        endless("HTTP/1.1 200 OK\r\n\r\n"),
        endless("HTTP/1.1 200 OK\r\nEndless: "),
        Box::new(|stream| {
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n");
            while stream.write_all(b"x").is_ok() {
                std::thread::sleep(Duration::from_millis(100));
            }
        }),
    ]);
    let address = format!("http://{host}/x");
    for _ in 0..2 {
        assert_eq!(
            fetched(&request(&address)),
            Err(FetchError::TooLong {
                address: address.clone(),
                limit_bytes: 1 << 20
            })
        );
    }
    assert!(fetched(&request(&address)).is_err());
    let started = Instant::now();
    let slow = Request {
        limit_time: Duration::from_secs(1),
        ..request(&address)
    };
    let error = fetched(&slow).unwrap_err().to_string();
    assert!(error.ends_with("it took too long"), "{error}");
    assert!(started.elapsed() < Duration::from_secs(5));
}

#[test]
fn a_redirection_leads_to_no_other_scheme_or_machine_and_not_for_ever() {
    let to = |place: &str| {
        says(format!(
            "HTTP/1.1 302 Found\r\nLocation: {place}\r\nContent-Length: 0\r\n\r\n"
        ))
    };
    for place in [
        "https://127.0.0.1/x",
        "http://mirror.example/x?secret",
        "file:///etc/hostname",
        "ftp://127.0.0.1/x",
        "javascript:1",
    ] {
        let (host, _asked) = server(vec![to(place)]);
        let allowing = Request {
            allow_http: true,
            ..request(&format!("http://{host}/x"))
        };
        let error = fetched(&allowing).unwrap_err();
        assert!(matches!(error, FetchError::Redirect { .. }), "{error:?}");
        assert!(!error.to_string().contains("secret"), "{error}");
    }
    let (host, _asked) = server((0..9).map(|_| to("/x")).collect());
    let error = fetched(&request(&format!("http://{host}/x"))).unwrap_err();
    assert!(error.to_string().contains("more than 5 times"), "{error}");
    let (host, asked) = server(vec![
        to("there/y"),
        says("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi"),
    ]);
    assert_eq!(
        fetched(&request(&format!("http://{host}/a/x"))).as_deref(),
        Ok("hi")
    );
    let second = asked.iter().nth(1).unwrap();
    assert!(second.starts_with("GET /a/there/y "), "{second}");
}

#[test]
fn other_answers_are_told() {
    for status in [204, 206, 304, 401, 404, 500] {
        let (host, _asked) = server(vec![says(format!(
            "HTTP/1.1 {status} Whatever\r\nContent-Length: 0\r\n\r\n"
        ))]);
        let address = format!("http://{host}/x");
        assert_eq!(
            fetched(&request(&address)),
            Err(FetchError::Status { address, status })
        );
    }
}

#[test]
fn plain_http_from_elsewhere_is_asked_for_and_passes_no_proxy() {
    let elsewhere = request("http://mirror.invalid/x");
    assert_eq!(
        fetched(&elsewhere),
        Err(FetchError::Unencrypted(
            "http://mirror.invalid/x".to_owned()
        ))
    );
    let (host, asked) = server(vec![]);
    let through = Request {
        allow_http: true,
        proxy: Some(Proxy {
            address: format!("http://{host}"),
            except: String::new(),
        }),
        ..elsewhere
    };
    assert!(matches!(
        fetched(&through),
        Err(FetchError::Connection { .. })
    ));
    assert!(asked.recv_timeout(Duration::from_millis(100)).is_err());
}

/// What is encrypted goes through the proxy as `CONNECT`: it sees the host's name and no more.
#[test]
fn a_proxy_is_asked_to_connect() {
    let (host, asked) = server(vec![says(
        "HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n",
    )]);
    let through = Request {
        proxy: Some(Proxy {
            address: format!("http://{host}"),
            except: "other.example".to_owned(),
        }),
        roots: Roots::Pem(AUTHORITY.into()),
        ..request("https://me:secret@mirror.invalid/x?secret")
    };
    let error = fetched(&through).unwrap_err();
    assert!(matches!(error, FetchError::Connection { .. }), "{error:?}");
    let asked = asked.recv().unwrap();
    assert!(asked.starts_with("CONNECT mirror.invalid:443 "), "{asked}");
    assert!(
        !asked.contains("secret") && !asked.to_lowercase().contains("authorization"),
        "{asked}"
    );
}

#[test]
fn certificates_come_from_the_file_that_is_named() {
    let named = |pem: &str| Request {
        roots: Roots::Pem(pem.into()),
        ..request("https://127.0.0.1:9/x")
    };
    assert_eq!(fetched(&named("no certificate")), Err(FetchError::BadRoots));
    // A server that does not speak TLS proves nothing.
    let (host, _asked) = server(vec![says("HTTP/1.1 200 OK\r\n\r\nhello")]);
    let plain = Request {
        address: Address::parse(&format!("https://{host}/x")).unwrap(),
        ..named(AUTHORITY)
    };
    let error = fetched(&plain).unwrap_err();
    assert!(matches!(error, FetchError::Connection { .. }), "{error:?}");
}

/// Made for this test; its key was thrown away.
const AUTHORITY: &str = "\
-----BEGIN CERTIFICATE-----\n\
MIIBWTCCAQugAwIBAgIUSvarhSlpPp+sGfpxEmrA63n28PgwBQYDK2VwMCExHzAd\n\
BgNVBAMMFndheWJpbGwgdGVzdCBhdXRob3JpdHkwIBcNMjYxMTIzMTMxNzU0WhgP\n\
MjEyNjEwMzAxMzE3NTRaMCExHzAdBgNVBAMMFndheWJpbGwgdGVzdCBhdXRob3Jp\n\
dHkwKjAFBgMrZXADIQBQei1rd0EpehgF2yFi+Bn6B3p98KEImmsyjgUVY1Gcf6NT\n\
MFEwHQYDVR0OBBYEFAx52n9fIoh4Lff5Fwzbv8527xuAMB8GA1UdIwQYMBaAFAx5\n\
2n9fIoh4Lff5Fwzbv8527xuAMA8GA1UdEwEB/wQFMAMBAf8wBQYDK2VwA0EAjZLC\n\
DgC+aITMlcM3XjkZrCOVm3udEC/Jsw0Evzz9Rj+4PZ0HaL8ZI/bUk0Nxt1BtREW0\n\
ZMcvoeuOlhy4QYFbBg==\n\
-----END CERTIFICATE-----\n\
";
