-- @noindex
-- A small window with a line of words and a bar. Closing it, or Escape, cancels.
local window = {}

local WIDTH, HEIGHT, ESCAPE = 420, 70, 27

function window.open()
  gfx.init("daw-bridge", WIDTH, HEIGHT)
end

-- Shows words and how far it is (0 to 1); false once it was closed.
function window.show(words, fraction)
  local key = gfx.getchar()
  if key < 0 or key == ESCAPE then return false end
  gfx.set(0.9, 0.9, 0.9, 1)
  gfx.x, gfx.y = 12, 12
  gfx.drawstr(words .. "  (Escape cancels)")
  gfx.rect(12, 40, WIDTH - 24, 14, false)
  gfx.rect(12, 40, math.floor((WIDTH - 24) * math.max(0, math.min(1, fraction))), 14, true)
  gfx.update()
  return true
end

function window.close()
  gfx.quit()
end

return window
