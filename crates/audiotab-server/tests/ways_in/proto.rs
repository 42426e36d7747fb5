//! `src/grpc/generated` is what the proto file says. To write it anew: `AUDIOTAB_WRITE_GENERATED=1 cargo test -p
//! audiotab-server --test ways_in proto`.

use std::path::Path;

#[test]
fn the_generated_code_is_that_of_the_proto_file() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let fresh = tempfile::tempdir().unwrap();
    let files = protox::compile(["audiotab/events/v1/ingest.proto"], [here.join("proto")]).unwrap();
    tonic_prost_build::configure().build_transport(false).out_dir(fresh.path()).compile_fds(files).unwrap();
    let name = "audiotab.events.v1.rs";
    let (fresh, kept) = (fresh.path().join(name), here.join("src/grpc/generated").join(name));
    let fresh = std::fs::read_to_string(fresh).unwrap();
    if std::env::var_os("AUDIOTAB_WRITE_GENERATED").is_some() {
        std::fs::write(&kept, &fresh).unwrap();
    }
    let kept = std::fs::read_to_string(&kept).unwrap_or_default().replace("\r\n", "\n");
    assert!(
        kept == fresh,
        "src/grpc/generated is out of date; the head of this test says how to write it anew"
    );
}
