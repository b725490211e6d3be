"""Every module of export has a test file of its own, or neighbours that test it with theirs."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import export

FOLDER = Path(export.__file__).parent
HERE = Path(__file__).parent
LOSSES, WEIGHTINGS = "training/losses/test_losses.py", "training/weightings/test_weightings.py"
AUTOENCODER = "training/losses/test_autoencoder.py"
STEERING, JOINT = "graphs/steering/test_steering.py", "graphs/steering/test_joint.py"
TAGGERS = "nets/taggers/test_taggers.py"
GENERATED = "scores/generated/test_evaluate.py"
SAMPLED = "scores/sampled/test_evaluate.py"
EVALUATE, PEERS = "scores/evaluation/test_evaluate.py", "scores/peers/test_peers.py"
NEIGHBOURS = {
    "__main__": "test_main.py",
    # A command is a thin module: what it calls is tested through it.
    "commands/_flags": "commands/test_flags.py",
    "commands/arrangements": "test_main.py",
    "commands/autoencoder": AUTOENCODER,
    "commands/blend": "training/test_blend.py",
    "commands/card": "graphs/test_card.py",
    "commands/clips": "data/test_clip_cache.py",
    "commands/compare": "studies/test_compare.py",
    "commands/compose": "data/test_compose.py",
    "commands/demo_song": "test_main.py",
    "commands/diffusion": "graphs/test_denoiser.py",
    "commands/early_test": "training/test_training.py",
    "commands/energies": "training/test_energies.py",
    "commands/evaluate": EVALUATE,
    "commands/equalisers": "data/test_equalising.py",
    "commands/evaluate_diffusion": SAMPLED,
    "commands/evaluate_generation": GENERATED,
    "commands/evaluate_tags": "scores/test_tagged.py",
    "commands/from_onnx": "graphs/test_from_onnx.py",
    "commands/game_music": "data/test_game_music.py",
    "commands/level": "studies/test_level.py",
    "commands/lift": "graphs/test_lift_packages.py",
    "commands/lmms": "data/test_lmms.py",
    "commands/licences": "data/test_licences.py",
    "commands/plot_log": "training/test_plot_log.py",
    "commands/plucking": "data/test_plucking.py",
    "commands/masks": JOINT,
    "commands/prepare": "data/test_prepare.py",
    "commands/precision_cost": "studies/test_precision_cost.py",
    "commands/recorded": "data/test_recorded.py",
    "commands/render": "test_main.py",
    "commands/sams_experiment": "studies/test_sams_experiment.py",
    "commands/spleeter_graph": "graphs/test_spleeter.py",
    "commands/to_onnx": "graphs/test_to_onnx.py",
    "commands/tagbox": STEERING,
    "commands/tagger": "graphs/test_tagger.py",
    "commands/train": "training/test_training.py",
    "commands/unet_cost": "studies/test_unet_cost.py",
    "commands/warm": "studies/test_warm.py",
    "commands/wavetable": "data/test_wavetable.py",
    # Shapes and names that others are made with.
    "common/batch": "data/test_sampler.py",
    "common/errors": "test_main.py",
    "common/fields": "training/test_setup_files.py",
    "data/config": "data/test_sampler.py",
    "data/errors": "data/test_render.py",
    # Every layout is read by the same tests.
    "data/layouts/frets_on_fire": "data/layouts/test_layouts.py",
    "data/layouts/mir1k": "data/layouts/test_layouts.py",
    "data/layouts/moisesdb": "data/layouts/test_layouts.py",
    "data/layouts/musdb18": "data/layouts/test_layouts.py",
    "data/layouts/musdb18_hq": "data/layouts/test_layouts.py",
    "data/layouts/plain": "data/layouts/test_layouts.py",
    "data/layouts/rendered": "data/layouts/test_layouts.py",
    "data/layouts/slakh2100": "data/layouts/test_layouts.py",
    "data/song_folder": "data/test_prepare.py",
    # Parts of the sampler, of rendering and of MIDI libraries.
    "data/accompaniments": "data/test_song_items.py",
    "data/rendered": "data/test_band_items.py",
    "data/shape": "data/test_vary.py",
    "data/songbook": "data/test_compose.py",
    "data/soundfonts": "data/test_render.py",
    "data/tag_windows": "data/test_equalising.py",
    "data/voices": "data/test_render.py",
    "data/windows": "data/test_sampler.py",
    # Parts of the way from a network to a file: every family's graph goes through them.
    "graphs/build": "graphs/test_stft_inside.py",
    "graphs/errors": "graphs/test_variants.py",
    "graphs/files": "graphs/test_card.py",
    "graphs/fold": "graphs/test_parity.py",
    "graphs/gate": "graphs/test_variants.py",
    "graphs/lifting/grids": "graphs/test_lift.py",
    "graphs/lifting/magnitudes": "graphs/test_lift_packages.py",
    "graphs/lifting/packages/bs_roformer": "graphs/test_lift_packages.py",
    "graphs/lifting/packages/demucs": "graphs/test_lift_packages.py",
    "graphs/lifting/packages/hs_tasnet": "graphs/test_lift_stepping.py",
    "graphs/lifting/packages/moises_light": "graphs/test_lift_packages.py",
    "graphs/lifting/packages/msst": "graphs/test_lift_packages.py",
    "graphs/lifting/packages/openunmix": "graphs/test_lift_packages.py",
    "graphs/lifting/pairs": "graphs/test_lift.py",
    "graphs/lifting/request": "graphs/test_lift_packages.py",
    "graphs/lifting/spectral": "graphs/test_lift.py",
    "graphs/lifting/sizes": "graphs/test_lift_packages.py",
    "graphs/lifting/stepping": "graphs/test_lift_stepping.py",
    "graphs/lifting/subject": "graphs/test_lift.py",
    "graphs/lifting/swaps": "graphs/test_lift.py",
    "graphs/lifting/taps": "graphs/test_lift.py",
    "graphs/lifting/weights": "graphs/test_lift_packages.py",
    "graphs/lifting/witness": "graphs/test_lift.py",
    "graphs/loop_parity": "graphs/test_loop.py",
    "graphs/precision": "graphs/test_variants.py",
    # A sampler's graphs are judged as a whole, by the engine's loop.
    "graphs/sampling/fields": "graphs/sampling/test_parity.py",
    "graphs/sampling/loop": "graphs/sampling/test_parity.py",
    "graphs/sampling/network": "graphs/sampling/test_parity.py",
    "graphs/sampling/step": "graphs/sampling/test_parity.py",
    "graphs/sampling/tables": "graphs/sampling/test_parity.py",
    "graphs/separation": "graphs/test_variants.py",
    "graphs/steering/gradient": STEERING,
    "graphs/steering/loop": STEERING,
    "graphs/steering/make": STEERING,
    "graphs/steering/masks": JOINT,
    "graphs/steering/parity": STEERING,
    "graphs/steering/step": STEERING,
    "graphs/symbolics": "graphs/test_parity.py",
    "graphs/tensors": "graphs/test_parity.py",
    "graphs/torch_graph": "graphs/test_parity.py",
    "graphs/transforms": "graphs/test_stft_inside.py",
    "nets/banding": "nets/test_families.py",
    # A denoiser's parts are seen at work in its family.
    "nets/denoising/blocks": "nets/families/test_diffusion_unet.py",
    "nets/denoising/body": "nets/families/test_diffusion_unet.py",
    "nets/denoising/denoiser": "nets/families/test_diffusion_unet.py",
    "nets/denoising/stft_body": "nets/families/test_diffusion_stft.py",
    "nets/denoising/filters": "nets/denoising/test_denoising.py",
    "nets/denoising/labels": "nets/denoising/test_denoising.py",
    "nets/denoising/spectral": "nets/denoising/test_denoising.py",
    "nets/families/band_unet": "nets/test_families.py",
    "nets/families/m_unet": "nets/test_unet.py",
    "nets/families/nade_demucs": "nets/test_families.py",
    "nets/gibbs": "nets/test_nade.py",
    "nets/stft": "nets/test_stft_against_engine.py",
    "nets/joint": JOINT,
    "nets/taggers/fcn": TAGGERS,
    "nets/taggers/musicnn": TAGGERS,
    "nets/taggers/tags": TAGGERS,
    "scores/errors": "scores/evaluation/test_clip_scores.py",
    "scores/evaluate": EVALUATE,
    "scores/evaluation/plan": EVALUATE,
    "scores/evaluation/report": EVALUATE,
    "scores/evaluation/results": EVALUATE,
    "scores/evaluation/text": "scores/evaluation/test_over_trivial.py",
    "scores/evaluation/work": EVALUATE,
    "scores/peers/hpss": PEERS,
    "scores/peers/mix": PEERS,
    "scores/peers/mix_share": PEERS,
    "scores/peers/oracle": PEERS,
    "scores/peers/repet_sim": PEERS,
    "scores/peers/silence": PEERS,
    "scores/peers/spleeter": PEERS,
    "scores/generated/fitting": GENERATED,
    "scores/generated/likeness": GENERATED,
    "scores/generated/pieces": GENERATED,
    "scores/generated/playing": GENERATED,
    "scores/generated/text": GENERATED,
    "scores/sampled/chains": SAMPLED,
    "scores/sampled/choice": SAMPLED,
    "scores/sampled/published": SAMPLED,
    "scores/sampled/report": SAMPLED,
    "scores/sampled/setting": SAMPLED,
    "scores/sampled/systems": SAMPLED,
    "scores/sampled/text": SAMPLED,
    "scores/sampled/wiener": SAMPLED,
    "scores/tagged_systems": "scores/test_tagged.py",
    "scores/tagged_text": "scores/test_tagged.py",
    "studies/autoencoder": AUTOENCODER,
    "studies/early_test": "training/test_training.py",
    "training/query_validation": "training/losses/test_query.py",
    "training/share_validation": "training/losses/test_shares.py",
    "training/criterion": LOSSES,
    "training/label_gain": "training/losses/test_denoising.py",
    "training/losses/bands": "training/test_band_sums.py",
    "training/losses/bands_l2": LOSSES,
    "training/losses/bands_sdr": LOSSES,
    "training/losses/spectral_direct": LOSSES,
    "training/losses/spectral_indirect": LOSSES,
    "training/losses/waveform": LOSSES,
    "training/losses/waveform_l2": LOSSES,
    # A run's course is told of in two files; options and sources are seen there.
    "training/options": "training/test_run.py",
    "training/sampled": "training/losses/test_denoising.py",
    "training/shared_memory": "training/test_prefetch.py",
    "training/source": "training/test_training.py",
    "training/stopping": "training/test_run.py",
    "training/train": "training/test_run.py",
    "training/trainer": "training/test_training.py",
    "training/validation": "training/test_training.py",
    "training/weightings/dwa": WEIGHTINGS,
    "training/weightings/ebw_instp1": WEIGHTINGS,
    "training/weightings/ebw_p1": WEIGHTINGS,
    "training/weightings/ebw_p2": WEIGHTINGS,
    "training/weightings/oh": WEIGHTINGS,
    "training/weightings/unit": WEIGHTINGS,
}
MODULES = [
    path.relative_to(FOLDER).with_suffix("").as_posix()
    for path in sorted(FOLDER.rglob("*.py"))
    if path.name != "__init__.py"
]


@pytest.mark.parametrize("module", MODULES)
def test_every_module_has_its_tests(module: str) -> None:
    path = Path(module)
    own = HERE / path.parent / f"test_{path.name}.py"
    tests = HERE / NEIGHBOURS[module] if module in NEIGHBOURS else own
    tree = ast.parse(tests.read_text(encoding="utf-8"))
    assert any(isinstance(n, ast.FunctionDef) and n.name.startswith("test_") for n in tree.body)
    assert own.is_file() != (module in NEIGHBOURS)


def test_neighbours_are_of_modules_that_there_are() -> None:
    assert set(NEIGHBOURS) <= set(MODULES)
