use super::*;

#[test]
fn stages_multiply_to_the_factor_and_stay_small() {
    for factor in 1..=Decimator::MAX_FACTOR {
        let stages = stage_factors(factor);
        assert_eq!(stages.iter().product::<usize>(), factor);
        let small = |&stage: &usize| stage <= LARGEST_STAGE || smallest_divisor(stage) == stage;
        assert!(stages.iter().all(small), "{factor}: {stages:?}");
        assert!(stages.windows(2).all(|pair| pair[0] >= pair[1]));
    }
}

#[test]
fn a_large_factor_is_cheaper_in_stages() {
    let taps = |factor: usize| Decimator::new(factor).unwrap().latency_frames() * 2;
    // One stage of 64 would have about 64 times the taps of a stage of 1; its reach stays of that order, but the
    // work per input frame is that of the first, short filter.
    assert!(taps(64) < 80 * 64);
    assert_eq!(stage_factors(64), [8, 8]);
    assert_eq!(stage_factors(100), [5, 5, 4]);
    assert_eq!(stage_factors(97), [97]);
}
