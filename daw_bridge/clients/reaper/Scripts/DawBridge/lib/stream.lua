-- @noindex
-- The server's live stream: the one that an audio port feeds, else the only one.
local stream = {}

-- (what it is, how it does) of the stream in this status. Raises an error in words.
function stream.of(status)
  local found, health = {}, {}
  for _, one in ipairs(status.health) do health[one.stream] = one end
  for _, one in ipairs(status.streams) do
    if one.mode == "device" then return one, health[one.stream] end
    if one.mode == "live" then found[#found + 1] = one end
  end
  if #found == 1 then return found[1], health[found[1].stream] end
  error({ words = (#found == 0 and "The server has no live stream."
    or "The server has several live streams, and none of an audio port.")
    .. "\n\nStart it with an audio port, for example with the options\n\n"
    .. "    --io reastream --reastream-id song\n\n(the last line of 'Choose model, stems and steps')." })
end

return stream
