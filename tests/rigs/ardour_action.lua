-- For ardour7-lua: opens the session SESSION/NAME and does what the action script ACTION does.
AudioEngine:set_backend("None (Dummy)", "", "")
assert(AudioEngine:start(false) == 0, "Ardour's dummy backend does not start")
assert(load_session(os.getenv("SESSION"), os.getenv("NAME")), "the session does not open")
ardour = function(about) assert(about.name and about.type == "EditorAction") end
dofile(os.getenv("ACTION"))
factory()()
assert(Session:save_state("") == 0, "not saved")
close_session()
quit()
