-- For ardour7-lua: opens the session SESSION/NAME in JACK, plays it from the beginning for SECONDS
-- and records every armed track. It rolls once READY, a file, is there; LOADED is written when the
-- session is open, STOPPED when it has recorded.
assert(AudioEngine:set_backend("JACK", "ardour", ""), "no JACK backend")
assert(AudioEngine:start(false) == 0, "JACK does not start")
assert(load_session(os.getenv("SESSION"), os.getenv("NAME")), "the session does not open")
sleep(1)
if not AudioEngine:running() then os.exit(75) end
io.open(os.getenv("LOADED"), "w"):close()
local function is_ready()
  local file = io.open(os.getenv("READY"))
  return file and file:close()
end
while not is_ready() do sleep(1) end
Session:maybe_enable_record()
Session:goto_start(false)
sleep(1)
Session:request_roll(ARDOUR.TransportRequestSource.TRS_UI)
local seconds = tonumber(os.getenv("SECONDS"))
local ends, waited = seconds * Session:nominal_sample_rate(), 0
while Session:transport_sample() < ends and waited < 40 + 1.5 * seconds do
  sleep(1)
  waited = waited + 1
end
Session:request_stop(false, false, ARDOUR.TransportRequestSource.TRS_UI)
sleep(1)
io.open(os.getenv("STOPPED"), "w"):close()
assert(Session:save_state("") == 0, "not saved")
print("rolled to " .. Session:transport_sample())
close_session()
quit()
