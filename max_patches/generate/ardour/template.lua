-- For ardour7-lua: makes a session with a track for each of TRACKS and saves it as a template.
-- Environment: SESSION, the new session's folder; TRACKS, "name colour ..." (colours 0xRRGGBBAA).
AudioEngine:set_backend("None (Dummy)", "", "")
assert(AudioEngine:start(false) == 0, "Ardour's dummy backend does not start")
assert(create_session(os.getenv("SESSION"), "session", 48000), "no session")
for name, colour in os.getenv("TRACKS"):gmatch("(%S+) (%S+)") do
  local made = Session:new_audio_track(2, 2, nil, 1, name, ARDOUR.PresentationInfo.max_order,
                                       ARDOUR.TrackMode.Normal, true)
  for track in made:iter() do
    track:presentation_info_ptr():set_color(tonumber(colour))
  end
end
assert(Session:save_state("template", false, false, true) == 0, "not saved")
close_session()
quit()
