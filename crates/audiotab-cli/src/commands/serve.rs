//! `audiotab serve` and `audiotab token`.

use super::print;
use crate::args::{Serve, Token};
use crate::failure::Failure;
use crate::stop;
use audiotab_engine::{Engine, EngineOptions, Observation};
use audiotab_events::ingest::{IngestOptions, RateLimit};
use audiotab_events::{Bus, BusOptions, JournalOptions};
use audiotab_server::webhooks::{Rules, Webhooks};
use audiotab_server::{Environment, ServeOptions, Server, producer_token};
use std::path::Path;
use std::time::Duration;

/// Serves the user interface until the user stops it. Prints exactly one line on stdout, when ready.
///
/// # Errors
/// One sentence if a setting, the port, the input or the environment is wrong.
pub fn run(args: &Serve) -> Result<(), Failure> {
    let environment = Environment::read()?;
    let options = ServeOptions {
        bind: args.bind,
        port: args.port.unwrap_or(environment.port),
        auth: !args.no_auth,
        window: Duration::from_millis(environment.coalesce_ms.into()),
        ingest: IngestOptions {
            external: !args.no_ingest,
            rate: (args.event_rate > 0)
                .then(|| RateLimit { events: args.event_rate, ..RateLimit::default() }),
            ..IngestOptions::default()
        },
    };
    let bus = BusOptions {
        history_age: Duration::from_secs(60 * u64::from(environment.buffer_minutes)),
        ..BusOptions::default()
    };
    let observation = observation(args.data.as_deref(), bus)?;
    let engine = Engine::observed(EngineOptions::default(), observation.clone());
    let served = stop::runtime()?.block_on(serve(args, engine, options));
    // After everything that may still have something to tell.
    observation.close();
    served
}

/// The bus and its journal. A directory that was named must do; the user's own may be in use by the window, then the
/// events are not recorded and say so.
fn observation(data: Option<&Path>, bus: BusOptions) -> Result<Observation, Failure> {
    let journal = JournalOptions::default();
    if let Some(dir) = data {
        make_data_dir(dir)?;
        return Ok(Observation::recorded(dir, bus, journal)?);
    }
    let own = directories::ProjectDirs::from("org", "AudioTab", "AudioTab");
    Ok(match own {
        Some(own) => Observation::recorded_if_possible(own.data_local_dir(), bus, journal),
        None => Observation::live(Bus::new(bus)),
    })
}

async fn serve(args: &Serve, engine: Engine, options: ServeOptions) -> Result<(), Failure> {
    let stop = stop::requested()?;
    #[cfg(unix)]
    stop::outlive_file_limits()?;
    // The port first: a second start by mistake must not take the microphone from the first.
    let mut server = Server::bind(engine.clone(), options).await?;
    if let Err(error) = server.open_local().await {
        eprintln!("audiotab: {error}");
    }
    let _webhooks = webhooks(args.webhooks.as_deref(), &engine)?;
    start_input(&engine, args.input.as_deref())?;
    let devices = engine.watch_devices();
    if let Err(error) = &devices {
        eprintln!("audiotab: Devices that come and go are not told: {error}.");
    }
    if args.no_auth {
        eprintln!(
            "audiotab: Access control is off (--no-auth): every user and program of this machine can listen."
        );
    }
    let url = server.url();
    print(&format!("AudioTab ready: {url}\n"));
    if !args.no_open
        && has_display()
        && let Err(error) = open::that_detached(&url)
    {
        eprintln!("audiotab: No browser could be started ({error}); open the address above yourself.");
    }
    server.run_told(stop).await;
    engine.close();
    Ok(())
}

/// Webhooks run for as long as what this gives is kept.
fn webhooks(file: Option<&Path>, engine: &Engine) -> Result<Option<Webhooks>, Failure> {
    let Some(file) = file else { return Ok(None) };
    let rules = Rules::read(file).map_err(|error| Failure::usage(error.to_string()))?;
    let started = Webhooks::start(engine.bus(), rules);
    started.map(Some).map_err(|error| Failure::failed(format!("The webhooks cannot start: {error}.")))
}

/// An input that was named must work. Without one, the page opens anyway and offers the others.
fn start_input(engine: &Engine, address: Option<&str>) -> Result<(), Failure> {
    match engine.start(address.unwrap_or("default")) {
        Ok(status) => {
            if let Some(message) = status.message {
                eprintln!("audiotab: {message}");
            }
            Ok(())
        }
        Err(error) if address.is_none() => {
            eprintln!("audiotab: {} Pick an input in the page.", error.body().message);
            Ok(())
        }
        Err(error) => Err(error.into()),
    }
}

fn make_data_dir(dir: &Path) -> Result<(), Failure> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(dir).map_err(|error| Failure::io("make the directory", dir, &error))
}

/// On other systems there is always something to open a page in.
fn has_display() -> bool {
    let set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    !cfg!(target_os = "linux") || set("DISPLAY") || set("WAYLAND_DISPLAY")
}

/// Prints the running server's token, or one made out to a producer of events.
///
/// # Errors
/// One sentence if no server runs or nobody can have that name.
pub fn token(args: &Token) -> Result<(), Failure> {
    let token = audiotab_server::read_token()?;
    let token = match &args.producer {
        None => token,
        Some(name) => producer_token(&token, name).ok_or_else(|| {
            Failure::usage("A producer's name has 1 to 64 letters, digits, dashes and underscores.")
        })?,
    };
    print(&(token + "\n"));
    Ok(())
}
