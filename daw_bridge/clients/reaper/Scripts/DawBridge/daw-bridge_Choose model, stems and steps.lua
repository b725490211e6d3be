-- @noindex
-- Asks for what the other actions use, and keeps it.
package.path = debug.getinfo(1, "S").source:match("^@(.*)[/\\\\]") .. "/lib/?.lua;" .. package.path
require("settings").choose()
