//! Room for files on their way in: a few may be in memory at the same time, the others wait unread. Who waited too long is told when
//! to come back. Not here: how large a file may be (its handler), and what becomes of it (`engine`).

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::extract::Multipart;
use axum::extract::multipart::{Field, MultipartError};
use axum::http::StatusCode;
use axum::http::request::Parts;
use domain::access::Right;
use domain::id::UserId;
use tokio::sync::{Notify, Semaphore, SemaphorePermit};

use super::{ApiCx, ApiError};

/// Files of up to 32 MB in memory at once, from their first byte until they are stored.
pub static ROOM: Room = Room::new(3);
/// Of those, how many one operator may have, also with keys in their name: the last place is for the others.
const OF_ONE: usize = 2;
/// How long a file waits for room.
const WAIT: Duration = Duration::from_secs(30);
/// How long a file may take to arrive: others wait for its place.
const ARRIVAL: Duration = Duration::from_secs(180);
/// When to come back.
const AGAIN_SECS: u32 = 15;

/// The places, and who has them.
pub struct Room {
    places: Semaphore,
    holders: Mutex<Vec<Holder>>,
    freed: Notify,
}

/// Whose place it is; none for the product itself.
type Holder = Option<UserId>;

impl Room {
    /// A room with this many places.
    pub const fn new(places: usize) -> Self {
        Self { places: Semaphore::const_new(places), holders: Mutex::new(Vec::new()), freed: Notify::const_new() }
    }

    fn holders(&self) -> MutexGuard<'_, Vec<Holder>> {
        // Nothing in here can be half written, so a panic elsewhere does no harm.
        self.holders.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for a place for this operator: first for one of their own, then for one of the room. Nothing of the body may have been read
    /// before.
    pub async fn place(&'static self, holder: Holder) -> Result<Place, ApiError> {
        let place = async {
            let own = loop {
                // Asked for before looking, so that a place that is freed in between is heard of.
                let freed = self.freed.notified();
                match Own::take(self, holder) {
                    Some(own) => break own,
                    None => freed.await,
                }
            };
            let permit = self.places.acquire().await.map_err(engine::Error::internal)?;
            Ok(Place { _permit: permit, _own: own })
        };
        let sentence = "Too many files are being uploaded at this moment. Send this one again in a little while.";
        tokio::time::timeout(WAIT, place)
            .await
            .unwrap_or_else(|_| Err(ApiError::new(StatusCode::SERVICE_UNAVAILABLE, "busy", sentence).after(AGAIN_SECS)))
    }
}

/// One of an operator's own places, also while they wait for one of the room.
struct Own {
    room: &'static Room,
    holder: Holder,
}

impl Own {
    fn take(room: &'static Room, holder: Holder) -> Option<Self> {
        let mut holders = room.holders();
        if holder.is_some() && holders.iter().filter(|had| **had == holder).count() >= OF_ONE {
            return None;
        }
        holders.push(holder);
        Some(Self { room, holder })
    }
}

impl Drop for Own {
    fn drop(&mut self) {
        let mut holders = self.room.holders();
        if let Some(at) = holders.iter().position(|had| *had == self.holder) {
            holders.swap_remove(at);
        }
        drop(holders);
        self.room.freed.notify_waiters();
    }
}

/// A place for one file; dropping it lets the next one in.
pub struct Place {
    _permit: SemaphorePermit<'static>,
    _own: Own,
}

/// Whoever may not keep a file takes no place with one. Gives whose place it will be.
pub fn may_upload(parts: &Parts) -> Result<Holder, ApiError> {
    let cx = ApiCx::of(parts)?;
    cx.may(Right::Write)?;
    Ok(cx.user())
}

/// Reads a form in the time that a file may take.
pub async fn in_time<T>(
    read: impl AsyncFnOnce(Multipart) -> Result<T, ApiError>,
    form: Multipart,
) -> Result<T, ApiError> {
    let late = || {
        let sentence = "The file did not arrive in time. Send it again over a faster line, or split it.";
        ApiError::new(StatusCode::REQUEST_TIMEOUT, "timeout", sentence)
    };
    tokio::time::timeout(ARRIVAL, read(form)).await.unwrap_or_else(|_| Err(late()))
}

/// The bytes of a file, in memory once. `expected` is what the request said of its length, at most.
pub async fn bytes(mut field: Field<'_>, expected: usize) -> Result<Vec<u8>, MultipartError> {
    let mut content = Vec::with_capacity(expected);
    while let Some(chunk) = field.chunk().await? {
        content.extend_from_slice(&chunk);
    }
    Ok(content)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicBool, Ordering};

    use axum::body::Body;
    use axum::extract::Request;
    use axum::http::header;
    use axum::response::IntoResponse;

    use super::*;
    use crate::api::knowledge::Upload;

    fn somebody() -> Holder {
        Some(UserId::new(uuid::Uuid::now_v7()))
    }

    fn request(body: Body) -> Request {
        let form = "multipart/form-data; boundary=x";
        Request::builder().method("POST").header(header::CONTENT_TYPE, form).body(body).expect("a request")
    }

    #[tokio::test(start_paused = true)]
    async fn a_fourth_file_is_not_read_and_told_when_to_come_back() {
        static ROOM: Room = Room::new(3);
        let mut places = Vec::new();
        for _ in 0..3 {
            places.push(ROOM.place(somebody()).await.expect("a place"));
        }
        let is_read = Arc::new(AtomicBool::new(false));
        let seen = is_read.clone();
        let body = Body::from_stream(futures::stream::poll_fn(move |_| {
            seen.store(true, Ordering::Relaxed);
            std::task::Poll::Ready(None::<Result<Vec<u8>, std::io::Error>>)
        }));
        let refused = Upload::take(request(body), &(), &ROOM, somebody()).await.err().expect("no room").into_response();
        assert_eq!(refused.status(), StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(refused.headers()[header::RETRY_AFTER], "15");
        assert!(!is_read.load(Ordering::Relaxed), "nothing of it was read");

        drop(places.pop());
        let file = "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.txt\"\r\n\r\nabc\r\n--x--\r\n";
        let upload = Upload::take(request(file.into()), &(), &ROOM, somebody()).await.expect("a place is free");
        assert!(ROOM.place(somebody()).await.is_err(), "the file keeps its place until it is stored");
        drop(upload);
        assert!(ROOM.place(somebody()).await.is_ok());
    }

    #[tokio::test(start_paused = true)]
    async fn one_operator_cannot_take_every_place() {
        static ROOM: Room = Room::new(3);
        let one = somebody();
        let (first, _second) = (ROOM.place(one).await.expect("a place"), ROOM.place(one).await.expect("a place"));
        let refused = ROOM.place(one).await.err().expect("two are theirs").into_response();
        assert_eq!(refused.status(), StatusCode::SERVICE_UNAVAILABLE);
        let other = ROOM.place(somebody()).await;
        assert!(other.is_ok(), "the last place is for the others");
        drop(first);
        assert!(ROOM.place(one).await.is_ok());
    }

    #[tokio::test(start_paused = true)]
    async fn a_file_that_never_arrives_gives_its_place_back() {
        static ROOM: Room = Room::new(1);
        let endless = Body::from_stream(futures::stream::pending::<Result<Vec<u8>, std::io::Error>>());
        let refused = Upload::take(request(endless), &(), &ROOM, somebody()).await.err().expect("late").into_response();
        assert_eq!(refused.status(), StatusCode::REQUEST_TIMEOUT);
        assert_eq!(ROOM.places.available_permits(), 1);
    }
}
