//! Our refusals in gRPC's terms. A gRPC client hears only HTTP 200 and a status of its own in the headers.

use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::Response;
use tonic::{Code, Status};

fn speaks_grpc(headers: &HeaderMap) -> bool {
    let media_type = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    media_type.is_some_and(|media_type| media_type.starts_with("application/grpc"))
}

/// Tells gRPC clients what the gate and the router refuse in their own words.
pub async fn in_grpc(request: Request, next: Next) -> Response {
    if !speaks_grpc(request.headers()) {
        return next.run(request).await;
    }
    let reply = next.run(request).await;
    if speaks_grpc(reply.headers()) {
        return reply;
    }
    let status = Status::new(code(reply.status()), sentence(reply.status()));
    let (mut parts, ()) = status.into_http::<()>().into_parts();
    // Everything beside the status stays: the headers that keep browsers careful.
    for (name, value) in reply.headers() {
        if name != header::CONTENT_TYPE && name != header::CONTENT_LENGTH {
            parts.headers.insert(name.clone(), HeaderValue::clone(value));
        }
    }
    Response::from_parts(parts, axum::body::Body::empty())
}

fn code(status: StatusCode) -> Code {
    match status {
        StatusCode::UNAUTHORIZED => Code::Unauthenticated,
        StatusCode::FORBIDDEN => Code::PermissionDenied,
        StatusCode::NOT_FOUND | StatusCode::METHOD_NOT_ALLOWED => Code::Unimplemented,
        StatusCode::PAYLOAD_TOO_LARGE | StatusCode::TOO_MANY_REQUESTS => Code::ResourceExhausted,
        StatusCode::GATEWAY_TIMEOUT => Code::DeadlineExceeded,
        StatusCode::SERVICE_UNAVAILABLE => Code::Unavailable,
        status if status.is_server_error() => Code::Internal,
        _ => Code::InvalidArgument,
    }
}

fn sentence(status: StatusCode) -> &'static str {
    match status {
        StatusCode::UNAUTHORIZED => {
            "This needs the access token as metadata \"authorization: Bearer TOKEN\" (audiotab token prints it)."
        }
        StatusCode::FORBIDDEN => {
            "This server answers only under its own address, and not to pages of others."
        }
        StatusCode::NOT_FOUND => {
            "There is no such service; audiotab.events.v1.EventIngest/Publish is the one."
        }
        _ => "The request was refused.",
    }
}
