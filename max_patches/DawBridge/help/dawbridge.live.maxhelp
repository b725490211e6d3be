{
 "patcher": {
  "fileversion": 1,
  "appversion": {
   "major": 8,
   "minor": 5,
   "revision": 5,
   "architecture": "x64",
   "modernui": 1
  },
  "classnamespace": "box",
  "rect": [ 60.0, 90.0, 1110.0, 630.0 ],
  "bglocked": 0,
  "openinpresentation": 0,
  "default_fontsize": 12.0,
  "default_fontface": 0,
  "default_fontname": "Arial",
  "gridonopen": 1,
  "gridsize": [ 15.0, 15.0 ],
  "gridsnaponopen": 1,
  "objectsnaponopen": 1,
  "statusbarvisible": 2,
  "toolbarvisible": 1,
  "lefttoolbarpinned": 0,
  "toptoolbarpinned": 0,
  "righttoolbarpinned": 0,
  "bottomtoolbarpinned": 0,
  "toolbars_unpinned_last_save": 0,
  "tallnewobj": 0,
  "boxanimatetime": 200,
  "enablehscroll": 1,
  "enablevscroll": 1,
  "devicewidth": 0.0,
  "description": "",
  "digest": "",
  "tags": "",
  "style": "",
  "subpatcher_template": "",
  "assistshowspatchername": 0,
  "boxes": [
   {
    "box": {
     "id": "obj-1",
     "maxclass": "newobj",
     "numinlets": 0,
     "numoutlets": 0,
     "patching_rect": [ 15, 30, 77.3, 22.0 ],
     "patcher": {
      "fileversion": 1,
      "appversion": {
       "major": 8,
       "minor": 5,
       "revision": 5,
       "architecture": "x64",
       "modernui": 1
      },
      "classnamespace": "box",
      "rect": [ 60.0, 90.0, 1110.0, 630.0 ],
      "bglocked": 0,
      "openinpresentation": 0,
      "default_fontsize": 12.0,
      "default_fontface": 0,
      "default_fontname": "Arial",
      "gridonopen": 1,
      "gridsize": [ 15.0, 15.0 ],
      "gridsnaponopen": 1,
      "objectsnaponopen": 1,
      "statusbarvisible": 2,
      "toolbarvisible": 1,
      "lefttoolbarpinned": 0,
      "toptoolbarpinned": 0,
      "righttoolbarpinned": 0,
      "bottomtoolbarpinned": 0,
      "toolbars_unpinned_last_save": 0,
      "tallnewobj": 0,
      "boxanimatetime": 200,
      "enablehscroll": 1,
      "enablevscroll": 1,
      "devicewidth": 0.0,
      "description": "",
      "digest": "",
      "tags": "",
      "style": "",
      "subpatcher_template": "",
      "assistshowspatchername": 0,
      "boxes": [
       {
        "box": {
         "id": "obj-1",
         "maxclass": "comment",
         "numinlets": 1,
         "numoutlets": 0,
         "patching_rect": [ 15, 15, 127.0, 27.6 ],
         "outlettype": [],
         "text": "dawbridge.live",
         "linecount": 1,
         "fontsize": 18.0,
         "fontface": 1
        }
       },
       {
        "box": {
         "id": "obj-2",
         "maxclass": "comment",
         "numinlets": 1,
         "numoutlets": 0,
         "patching_rect": [ 15, 45, 1020, 34.8 ],
         "outlettype": [],
         "text": "Stems while the music plays. Max and daw-bridge meet on a virtual sound device of 16 channels, such as BlackHole: choose it (or an aggregate device that begins with it) as input and output in Max's audio status.",
         "linecount": 2
        }
       },
       {
        "box": {
         "id": "obj-3",
         "maxclass": "comment",
         "numinlets": 1,
         "numoutlets": 0,
         "patching_rect": [ 30, 90, 179.4, 20.4 ],
         "outlettype": [],
         "text": "1  Start the server, and connect",
         "linecount": 1
        }
       },
       {
        "box": {
         "id": "obj-4",
         "maxclass": "newobj",
         "numinlets": 1,
         "numoutlets": 2,
         "patching_rect": [ 30, 195, 319.0, 22.0 ],
         "outlettype": [ "", "" ],
         "text": "dawbridge.server"
        }
       },
       {
        "box": {
         "id": "obj-5",
         "maxclass": "message",
         "numinlets": 2,
         "numoutlets": 1,
         "patching_rect": [ 30, 120, 836.9, 22.0 ],
         "outlettype": [ "" ],
         "text": "start --io device --in-device BlackHole --out-device BlackHole --in-map mix=1-2 --out-map drums=3-4\\,bass=5-6\\,vocals=11-12\\,other=13-14\\,residual=15-16"
        }
       },
       {
        "box": {
         "id": "obj-6",
         "maxclass": "message",
         "numinlets": 2,
         "numoutlets": 1,
         "patching_rect": [ 120, 150, 33.3, 22.0 ],
         "outlettype": [ "" ],
         "text": "stop"
        }
       },
       {
        "box": {
         "id": "obj-7",
         "maxclass": "toggle",
         "numinlets": 1,
         "numoutlets": 1,
         "patching_rect": [ 30, 240, 24.0, 24.0 ],
         "outlettype": [ "" ]
        }
       },
       {
        "box": {
         "id": "obj-8",
         "maxclass": "comment",
         "numinlets": 1,
         "numoutlets": 0,
         "patching_rect": [ 60, 240, 42.0, 20.4 ],
         "outlettype": [],
         "text": "runs?",
         "linecount": 1
        }
       },
       {
        "box": {
         "id": "obj-9",
         "maxclass": "newobj",
         "numinlets": 1,
         "numoutlets": 3,
         "patching_rect": [ 450, 195, 379.0, 22.0 ],
         "outlettype": [ "", "", "" ],
         "text": "dawbridge.client 127.0.0.1 17120 9000"
        }
       },
       {
        "box": {
         "id": "obj-10",
         "maxclass": "toggle",
         "numinlets": 1,
         "numoutlets": 1,
         "patching_rect": [ 810, 240, 24.0, 24.0 ],
         "outlettype": [ "" ]
        }
       },
       {
        "box": {
         "id": "obj-11",
         "maxclass": "comment",
         "numinlets": 1,
         "numoutlets": 0,
         "patching_rect": [ 840, 240, 74.0, 20.4 ],
         "outlettype": [],
         "text": "connected?",
         "linecount": 1
        }
       },
       {
        "box": {
         "id": "obj-12",
         "maxclass": "comment",
         "numinlets": 1,
         "numoutlets": 0,
         "patching_rect": [ 30, 285, 428.2, 20.4 ],
         "outlettype": [],
         "text": "2  Play a song, and turn the audio on. Double-click dawbridge.live for its strips.",
         "linecount": 1
        }
       },
       {
        "box": {
         "id": "obj-13",
         "maxclass": "newobj",
         "numinlets": 2,
         "numoutlets": 3,
         "patching_rect": [ 30, 360, 199.0, 22.0 ],
         "outlettype": [ "signal", "signal", "" ],
         "text": "sfplay~ 2"
        }
       },
       {
        "box": {
         "id": "obj-14",
         "maxclass": "message",
         "numinlets": 2,
         "numoutlets": 1,
         "patching_rect": [ 30, 315, 37.3, 22.0 ],
         "outlettype": [ "" ],
         "text": "open"
        }
       },
       {
        "box": {
         "id": "obj-15",
         "maxclass": "message",
         "numinlets": 2,
         "numoutlets": 1,
         "patching_rect": [ 105, 315, 30.0, 22.0 ],
         "outlettype": [ "" ],
         "text": "1"
        }
       },
       {
        "box": {
         "id": "obj-16",
         "maxclass": "message",
         "numinlets": 2,
         "numoutlets": 1,
         "patching_rect": [ 150, 315, 30.0, 22.0 ],
         "outlettype": [ "" ],
         "text": "0"
        }
       },
       {
        "box": {
         "id": "obj-17",
         "maxclass": "newobj",
         "numinlets": 2,
         "numoutlets": 15,
         "patching_rect": [ 30, 420, 859.0, 22.0 ],
         "outlettype": [ "signal", "signal", "signal", "signal", "signal", "signal", "signal", "signal", "signal", "signal", "signal", "signal", "signal", "signal", "" ],
         "text": "dawbridge.live"
        }
       },
       {
        "box": {
         "id": "obj-18",
         "maxclass": "newobj",
         "numinlets": 2,
         "numoutlets": 0,
         "patching_rect": [ 30, 510, 109.0, 22.0 ],
         "outlettype": [],
         "text": "dac~ 17 18"
        }
       },
       {
        "box": {
         "id": "obj-19",
         "maxclass": "comment",
         "numinlets": 1,
         "numoutlets": 0,
         "patching_rect": [ 30, 555, 390, 34.8 ],
         "outlettype": [],
         "text": "the drums to channels 17 and 18: your speakers in an aggregate device of BlackHole and your interface",
         "linecount": 2
        }
       },
       {
        "box": {
         "id": "obj-20",
         "maxclass": "newobj",
         "numinlets": 1,
         "numoutlets": 2,
         "patching_rect": [ 870, 465, 109.0, 22.0 ],
         "outlettype": [ "", "" ],
         "text": "unpack i f"
        }
       },
       {
        "box": {
         "id": "obj-21",
         "maxclass": "number",
         "numinlets": 1,
         "numoutlets": 2,
         "patching_rect": [ 870, 510, 52.0, 22.0 ],
         "outlettype": [ "", "" ]
        }
       },
       {
        "box": {
         "id": "obj-22",
         "maxclass": "flonum",
         "numinlets": 1,
         "numoutlets": 2,
         "patching_rect": [ 960, 510, 52.0, 22.0 ],
         "outlettype": [ "", "" ]
        }
       },
       {
        "box": {
         "id": "obj-23",
         "maxclass": "comment",
         "numinlets": 1,
         "numoutlets": 0,
         "patching_rect": [ 870, 555, 124.0, 20.4 ],
         "outlettype": [],
         "text": "latency: samples, ms",
         "linecount": 1
        }
       }
      ],
      "lines": [
       {
        "patchline": {
         "source": [ "obj-5", 0 ],
         "destination": [ "obj-4", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-6", 0 ],
         "destination": [ "obj-4", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-4", 0 ],
         "destination": [ "obj-7", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-9", 2 ],
         "destination": [ "obj-10", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-14", 0 ],
         "destination": [ "obj-13", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-15", 0 ],
         "destination": [ "obj-13", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-16", 0 ],
         "destination": [ "obj-13", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-13", 0 ],
         "destination": [ "obj-17", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-13", 1 ],
         "destination": [ "obj-17", 1 ],
         "order": 1
        }
       },
       {
        "patchline": {
         "source": [ "obj-17", 0 ],
         "destination": [ "obj-18", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-17", 1 ],
         "destination": [ "obj-18", 1 ],
         "order": 1
        }
       },
       {
        "patchline": {
         "source": [ "obj-17", 14 ],
         "destination": [ "obj-20", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-20", 0 ],
         "destination": [ "obj-21", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-20", 1 ],
         "destination": [ "obj-22", 0 ],
         "order": 0
        }
       }
      ],
      "dependency_cache": [],
      "autosave": 0,
      "showontab": 1
     },
     "outlettype": [],
     "text": "p live_stems"
    }
   },
   {
    "box": {
     "id": "obj-2",
     "maxclass": "newobj",
     "numinlets": 0,
     "numoutlets": 0,
     "patching_rect": [ 135, 30, 50.6, 22.0 ],
     "patcher": {
      "fileversion": 1,
      "appversion": {
       "major": 8,
       "minor": 5,
       "revision": 5,
       "architecture": "x64",
       "modernui": 1
      },
      "classnamespace": "box",
      "rect": [ 60.0, 90.0, 990.0, 540.0 ],
      "bglocked": 0,
      "openinpresentation": 0,
      "default_fontsize": 12.0,
      "default_fontface": 0,
      "default_fontname": "Arial",
      "gridonopen": 1,
      "gridsize": [ 15.0, 15.0 ],
      "gridsnaponopen": 1,
      "objectsnaponopen": 1,
      "statusbarvisible": 2,
      "toolbarvisible": 1,
      "lefttoolbarpinned": 0,
      "toptoolbarpinned": 0,
      "righttoolbarpinned": 0,
      "bottomtoolbarpinned": 0,
      "toolbars_unpinned_last_save": 0,
      "tallnewobj": 0,
      "boxanimatetime": 200,
      "enablehscroll": 1,
      "enablevscroll": 1,
      "devicewidth": 0.0,
      "description": "",
      "digest": "",
      "tags": "",
      "style": "",
      "subpatcher_template": "",
      "assistshowspatchername": 0,
      "boxes": [
       {
        "box": {
         "id": "obj-1",
         "maxclass": "comment",
         "numinlets": 1,
         "numoutlets": 0,
         "patching_rect": [ 15, 15, 64.0, 27.6 ],
         "outlettype": [],
         "text": "Refine",
         "linecount": 1,
         "fontsize": 18.0,
         "fontface": 1
        }
       },
       {
        "box": {
         "id": "obj-2",
         "maxclass": "comment",
         "numinlets": 1,
         "numoutlets": 0,
         "patching_rect": [ 15, 45, 900, 34.8 ],
         "outlettype": [],
         "text": "Models whose method is gibbs (song) estimate a window again and again. More steps: better stems, more load. 0 steps: as many as the deadline allows. The client of the first tab connects this one, too.",
         "linecount": 2
        }
       },
       {
        "box": {
         "id": "obj-3",
         "maxclass": "newobj",
         "numinlets": 1,
         "numoutlets": 1,
         "patching_rect": [ 30, 135, 135.3, 22.0 ],
         "outlettype": [ "" ],
         "text": "receive dawbridge.from"
        }
       },
       {
        "box": {
         "id": "obj-4",
         "maxclass": "newobj",
         "numinlets": 3,
         "numoutlets": 3,
         "patching_rect": [ 30, 180, 499.0, 22.0 ],
         "outlettype": [ "", "", "" ],
         "text": "route /dawbridge/refine/steps /dawbridge/refine/seed"
        }
       },
       {
        "box": {
         "id": "obj-5",
         "maxclass": "newobj",
         "numinlets": 1,
         "numoutlets": 0,
         "patching_rect": [ 30, 435, 108.7, 22.0 ],
         "outlettype": [],
         "text": "send dawbridge.to"
        }
       },
       {
        "box": {
         "id": "obj-6",
         "maxclass": "newobj",
         "numinlets": 1,
         "numoutlets": 1,
         "patching_rect": [ 30, 255, 74.0, 22.0 ],
         "outlettype": [ "" ],
         "text": "prepend set"
        }
       },
       {
        "box": {
         "id": "obj-7",
         "maxclass": "number",
         "numinlets": 1,
         "numoutlets": 2,
         "patching_rect": [ 30, 300, 52.0, 22.0 ],
         "outlettype": [ "", "" ],
         "minimum": 0,
         "maximum": 4096
        }
       },
       {
        "box": {
         "id": "obj-8",
         "maxclass": "newobj",
         "numinlets": 1,
         "numoutlets": 1,
         "patching_rect": [ 30, 360, 182.0, 22.0 ],
         "outlettype": [ "" ],
         "text": "prepend /dawbridge/refine/steps"
        }
       },
       {
        "box": {
         "id": "obj-9",
         "maxclass": "comment",
         "numinlets": 1,
         "numoutlets": 0,
         "patching_rect": [ 45, 210, 225, 20.4 ],
         "outlettype": [],
         "text": "refine/steps",
         "linecount": 1
        }
       },
       {
        "box": {
         "id": "obj-10",
         "maxclass": "newobj",
         "numinlets": 1,
         "numoutlets": 1,
         "patching_rect": [ 270, 255, 74.0, 22.0 ],
         "outlettype": [ "" ],
         "text": "prepend set"
        }
       },
       {
        "box": {
         "id": "obj-11",
         "maxclass": "number",
         "numinlets": 1,
         "numoutlets": 2,
         "patching_rect": [ 270, 300, 52.0, 22.0 ],
         "outlettype": [ "", "" ],
         "minimum": 0,
         "maximum": 2147483647
        }
       },
       {
        "box": {
         "id": "obj-12",
         "maxclass": "newobj",
         "numinlets": 1,
         "numoutlets": 1,
         "patching_rect": [ 270, 360, 179.4, 22.0 ],
         "outlettype": [ "" ],
         "text": "prepend /dawbridge/refine/seed"
        }
       },
       {
        "box": {
         "id": "obj-13",
         "maxclass": "comment",
         "numinlets": 1,
         "numoutlets": 0,
         "patching_rect": [ 285, 210, 225, 20.4 ],
         "outlettype": [],
         "text": "refine/seed",
         "linecount": 1
        }
       },
       {
        "box": {
         "id": "obj-14",
         "maxclass": "comment",
         "numinlets": 1,
         "numoutlets": 0,
         "patching_rect": [ 570, 300, 360, 20.4 ],
         "outlettype": [],
         "text": "The same seed gives the same samples.",
         "linecount": 1
        }
       }
      ],
      "lines": [
       {
        "patchline": {
         "source": [ "obj-3", 0 ],
         "destination": [ "obj-4", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-4", 0 ],
         "destination": [ "obj-6", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-6", 0 ],
         "destination": [ "obj-7", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-7", 0 ],
         "destination": [ "obj-8", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-8", 0 ],
         "destination": [ "obj-5", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-4", 1 ],
         "destination": [ "obj-10", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-10", 0 ],
         "destination": [ "obj-11", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-11", 0 ],
         "destination": [ "obj-12", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-12", 0 ],
         "destination": [ "obj-5", 0 ],
         "order": 0
        }
       }
      ],
      "dependency_cache": [],
      "autosave": 0,
      "showontab": 1
     },
     "outlettype": [],
     "text": "p refine"
    }
   },
   {
    "box": {
     "id": "obj-3",
     "maxclass": "newobj",
     "numinlets": 0,
     "numoutlets": 0,
     "patching_rect": [ 255, 30, 94.0, 22.0 ],
     "patcher": {
      "fileversion": 1,
      "appversion": {
       "major": 8,
       "minor": 5,
       "revision": 5,
       "architecture": "x64",
       "modernui": 1
      },
      "classnamespace": "box",
      "rect": [ 60.0, 90.0, 1110.0, 630.0 ],
      "bglocked": 0,
      "openinpresentation": 0,
      "default_fontsize": 12.0,
      "default_fontface": 0,
      "default_fontname": "Arial",
      "gridonopen": 1,
      "gridsize": [ 15.0, 15.0 ],
      "gridsnaponopen": 1,
      "objectsnaponopen": 1,
      "statusbarvisible": 2,
      "toolbarvisible": 1,
      "lefttoolbarpinned": 0,
      "toptoolbarpinned": 0,
      "righttoolbarpinned": 0,
      "bottomtoolbarpinned": 0,
      "toolbars_unpinned_last_save": 0,
      "tallnewobj": 0,
      "boxanimatetime": 200,
      "enablehscroll": 1,
      "enablevscroll": 1,
      "devicewidth": 0.0,
      "description": "",
      "digest": "",
      "tags": "",
      "style": "",
      "subpatcher_template": "",
      "assistshowspatchername": 0,
      "boxes": [
       {
        "box": {
         "id": "obj-1",
         "maxclass": "comment",
         "numinlets": 1,
         "numoutlets": 0,
         "patching_rect": [ 15, 15, 120.0, 27.6 ],
         "outlettype": [],
         "text": "Known stems",
         "linecount": 1,
         "fontsize": 18.0,
         "fontface": 1
        }
       },
       {
        "box": {
         "id": "obj-2",
         "maxclass": "comment",
         "numinlets": 1,
         "numoutlets": 0,
         "patching_rect": [ 15, 45, 1020, 20.4 ],
         "outlettype": [],
         "text": "A stem that you have on a track of its own passes through untouched, and helps the model with the others. It is routed in when the server starts; here the drums, on channels 7 and 8.",
         "linecount": 1
        }
       },
       {
        "box": {
         "id": "obj-3",
         "maxclass": "newobj",
         "numinlets": 1,
         "numoutlets": 2,
         "patching_rect": [ 30, 180, 319.0, 22.0 ],
         "outlettype": [ "", "" ],
         "text": "dawbridge.server"
        }
       },
       {
        "box": {
         "id": "obj-4",
         "maxclass": "message",
         "numinlets": 2,
         "numoutlets": 1,
         "patching_rect": [ 30, 105, 901.2, 22.0 ],
         "outlettype": [ "" ],
         "text": "start --io device --in-device BlackHole --out-device BlackHole --in-map mix=1-2\\,drums=7-8 --out-map drums=3-4\\,bass=5-6\\,vocals=11-12\\,other=13-14\\,residual=15-16"
        }
       },
       {
        "box": {
         "id": "obj-5",
         "maxclass": "message",
         "numinlets": 2,
         "numoutlets": 1,
         "patching_rect": [ 120, 135, 33.3, 22.0 ],
         "outlettype": [ "" ],
         "text": "stop"
        }
       },
       {
        "box": {
         "id": "obj-6",
         "maxclass": "comment",
         "numinlets": 1,
         "numoutlets": 0,
         "patching_rect": [ 210, 135, 304.8, 20.4 ],
         "outlettype": [],
         "text": "Stop the server of the first tab before you start this one.",
         "linecount": 1
        }
       },
       {
        "box": {
         "id": "obj-7",
         "maxclass": "newobj",
         "numinlets": 1,
         "numoutlets": 1,
         "patching_rect": [ 30, 225, 135.3, 22.0 ],
         "outlettype": [ "" ],
         "text": "receive dawbridge.from"
        }
       },
       {
        "box": {
         "id": "obj-8",
         "maxclass": "newobj",
         "numinlets": 5,
         "numoutlets": 5,
         "patching_rect": [ 30, 270, 1039.0, 22.0 ],
         "outlettype": [ "", "", "", "", "" ],
         "text": "route /dawbridge/stem/drums/known /dawbridge/stem/bass/known /dawbridge/stem/vocals/known /dawbridge/stem/other/known"
        }
       },
       {
        "box": {
         "id": "obj-9",
         "maxclass": "newobj",
         "numinlets": 1,
         "numoutlets": 0,
         "patching_rect": [ 30, 525, 108.7, 22.0 ],
         "outlettype": [],
         "text": "send dawbridge.to"
        }
       },
       {
        "box": {
         "id": "obj-10",
         "maxclass": "newobj",
         "numinlets": 1,
         "numoutlets": 1,
         "patching_rect": [ 30, 345, 74.0, 22.0 ],
         "outlettype": [ "" ],
         "text": "prepend set"
        }
       },
       {
        "box": {
         "id": "obj-11",
         "maxclass": "toggle",
         "numinlets": 1,
         "numoutlets": 1,
         "patching_rect": [ 30, 390, 24.0, 24.0 ],
         "outlettype": [ "" ]
        }
       },
       {
        "box": {
         "id": "obj-12",
         "maxclass": "newobj",
         "numinlets": 1,
         "numoutlets": 1,
         "patching_rect": [ 30, 450, 220.7, 22.0 ],
         "outlettype": [ "" ],
         "text": "prepend /dawbridge/stem/drums/known"
        }
       },
       {
        "box": {
         "id": "obj-13",
         "maxclass": "comment",
         "numinlets": 1,
         "numoutlets": 0,
         "patching_rect": [ 45, 300, 240, 20.4 ],
         "outlettype": [],
         "text": "drums known",
         "linecount": 1
        }
       },
       {
        "box": {
         "id": "obj-14",
         "maxclass": "newobj",
         "numinlets": 1,
         "numoutlets": 1,
         "patching_rect": [ 285, 345, 74.0, 22.0 ],
         "outlettype": [ "" ],
         "text": "prepend set"
        }
       },
       {
        "box": {
         "id": "obj-15",
         "maxclass": "toggle",
         "numinlets": 1,
         "numoutlets": 1,
         "patching_rect": [ 285, 390, 24.0, 24.0 ],
         "outlettype": [ "" ]
        }
       },
       {
        "box": {
         "id": "obj-16",
         "maxclass": "newobj",
         "numinlets": 1,
         "numoutlets": 1,
         "patching_rect": [ 285, 450, 212.7, 22.0 ],
         "outlettype": [ "" ],
         "text": "prepend /dawbridge/stem/bass/known"
        }
       },
       {
        "box": {
         "id": "obj-17",
         "maxclass": "comment",
         "numinlets": 1,
         "numoutlets": 0,
         "patching_rect": [ 300, 300, 240, 20.4 ],
         "outlettype": [],
         "text": "bass known",
         "linecount": 1
        }
       },
       {
        "box": {
         "id": "obj-18",
         "maxclass": "newobj",
         "numinlets": 1,
         "numoutlets": 1,
         "patching_rect": [ 540, 345, 74.0, 22.0 ],
         "outlettype": [ "" ],
         "text": "prepend set"
        }
       },
       {
        "box": {
         "id": "obj-19",
         "maxclass": "toggle",
         "numinlets": 1,
         "numoutlets": 1,
         "patching_rect": [ 540, 390, 24.0, 24.0 ],
         "outlettype": [ "" ]
        }
       },
       {
        "box": {
         "id": "obj-20",
         "maxclass": "newobj",
         "numinlets": 1,
         "numoutlets": 1,
         "patching_rect": [ 540, 450, 221.4, 22.0 ],
         "outlettype": [ "" ],
         "text": "prepend /dawbridge/stem/vocals/known"
        }
       },
       {
        "box": {
         "id": "obj-21",
         "maxclass": "comment",
         "numinlets": 1,
         "numoutlets": 0,
         "patching_rect": [ 555, 300, 240, 20.4 ],
         "outlettype": [],
         "text": "vocals known",
         "linecount": 1
        }
       },
       {
        "box": {
         "id": "obj-22",
         "maxclass": "newobj",
         "numinlets": 1,
         "numoutlets": 1,
         "patching_rect": [ 795, 345, 74.0, 22.0 ],
         "outlettype": [ "" ],
         "text": "prepend set"
        }
       },
       {
        "box": {
         "id": "obj-23",
         "maxclass": "toggle",
         "numinlets": 1,
         "numoutlets": 1,
         "patching_rect": [ 795, 390, 24.0, 24.0 ],
         "outlettype": [ "" ]
        }
       },
       {
        "box": {
         "id": "obj-24",
         "maxclass": "newobj",
         "numinlets": 1,
         "numoutlets": 1,
         "patching_rect": [ 795, 450, 214.7, 22.0 ],
         "outlettype": [ "" ],
         "text": "prepend /dawbridge/stem/other/known"
        }
       },
       {
        "box": {
         "id": "obj-25",
         "maxclass": "comment",
         "numinlets": 1,
         "numoutlets": 0,
         "patching_rect": [ 810, 300, 240, 20.4 ],
         "outlettype": [],
         "text": "other known",
         "linecount": 1
        }
       },
       {
        "box": {
         "id": "obj-26",
         "maxclass": "comment",
         "numinlets": 1,
         "numoutlets": 0,
         "patching_rect": [ 30, 570, 990, 20.4 ],
         "outlettype": [],
         "text": "Send the drum track to dac~ 7 8, and the whole mix to the inlets of dawbridge.live. 0: they are separated like the others.",
         "linecount": 1
        }
       }
      ],
      "lines": [
       {
        "patchline": {
         "source": [ "obj-4", 0 ],
         "destination": [ "obj-3", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-5", 0 ],
         "destination": [ "obj-3", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-7", 0 ],
         "destination": [ "obj-8", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-8", 0 ],
         "destination": [ "obj-10", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-10", 0 ],
         "destination": [ "obj-11", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-11", 0 ],
         "destination": [ "obj-12", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-12", 0 ],
         "destination": [ "obj-9", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-8", 1 ],
         "destination": [ "obj-14", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-14", 0 ],
         "destination": [ "obj-15", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-15", 0 ],
         "destination": [ "obj-16", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-16", 0 ],
         "destination": [ "obj-9", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-8", 2 ],
         "destination": [ "obj-18", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-18", 0 ],
         "destination": [ "obj-19", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-19", 0 ],
         "destination": [ "obj-20", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-20", 0 ],
         "destination": [ "obj-9", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-8", 3 ],
         "destination": [ "obj-22", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-22", 0 ],
         "destination": [ "obj-23", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-23", 0 ],
         "destination": [ "obj-24", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-24", 0 ],
         "destination": [ "obj-9", 0 ],
         "order": 0
        }
       }
      ],
      "dependency_cache": [],
      "autosave": 0,
      "showontab": 1
     },
     "outlettype": [],
     "text": "p known_stems"
    }
   },
   {
    "box": {
     "id": "obj-4",
     "maxclass": "newobj",
     "numinlets": 0,
     "numoutlets": 0,
     "patching_rect": [ 375, 30, 51.9, 22.0 ],
     "patcher": {
      "fileversion": 1,
      "appversion": {
       "major": 8,
       "minor": 5,
       "revision": 5,
       "architecture": "x64",
       "modernui": 1
      },
      "classnamespace": "box",
      "rect": [ 60.0, 90.0, 1110.0, 450.0 ],
      "bglocked": 0,
      "openinpresentation": 0,
      "default_fontsize": 12.0,
      "default_fontface": 0,
      "default_fontname": "Arial",
      "gridonopen": 1,
      "gridsize": [ 15.0, 15.0 ],
      "gridsnaponopen": 1,
      "objectsnaponopen": 1,
      "statusbarvisible": 2,
      "toolbarvisible": 1,
      "lefttoolbarpinned": 0,
      "toptoolbarpinned": 0,
      "righttoolbarpinned": 0,
      "bottomtoolbarpinned": 0,
      "toolbars_unpinned_last_save": 0,
      "tallnewobj": 0,
      "boxanimatetime": 200,
      "enablehscroll": 1,
      "enablevscroll": 1,
      "devicewidth": 0.0,
      "description": "",
      "digest": "",
      "tags": "",
      "style": "",
      "subpatcher_template": "",
      "assistshowspatchername": 0,
      "boxes": [
       {
        "box": {
         "id": "obj-1",
         "maxclass": "comment",
         "numinlets": 1,
         "numoutlets": 0,
         "patching_rect": [ 15, 15, 61.0, 27.6 ],
         "outlettype": [],
         "text": "Errors",
         "linecount": 1,
         "fontsize": 18.0,
         "fontface": 1
        }
       },
       {
        "box": {
         "id": "obj-2",
         "maxclass": "comment",
         "numinlets": 1,
         "numoutlets": 0,
         "patching_rect": [ 15, 45, 1020, 20.4 ],
         "outlettype": [],
         "text": "They come out of the middle outlet of dawbridge.client, in words.",
         "linecount": 1
        }
       },
       {
        "box": {
         "id": "obj-3",
         "maxclass": "comment",
         "numinlets": 1,
         "numoutlets": 0,
         "patching_rect": [ 30, 120, 270, 20.4 ],
         "outlettype": [],
         "text": "no stream",
         "linecount": 1,
         "fontface": 1
        }
       },
       {
        "box": {
         "id": "obj-4",
         "maxclass": "comment",
         "numinlets": 1,
         "numoutlets": 0,
         "patching_rect": [ 330, 120, 660, 20.4 ],
         "outlettype": [],
         "text": "The server was started without live audio: start it with --io device.",
         "linecount": 1
        }
       },
       {
        "box": {
         "id": "obj-5",
         "maxclass": "comment",
         "numinlets": 1,
         "numoutlets": 0,
         "patching_rect": [ 30, 195, 270, 20.4 ],
         "outlettype": [],
         "text": "late blocks",
         "linecount": 1,
         "fontface": 1
        }
       },
       {
        "box": {
         "id": "obj-6",
         "maxclass": "comment",
         "numinlets": 1,
         "numoutlets": 0,
         "patching_rect": [ 330, 195, 660, 34.8 ],
         "outlettype": [],
         "text": "/dawbridge/late counts blocks that came too late; they have the mix on the residual. Take a larger block, or the preset quality.",
         "linecount": 2
        }
       },
       {
        "box": {
         "id": "obj-7",
         "maxclass": "comment",
         "numinlets": 1,
         "numoutlets": 0,
         "patching_rect": [ 30, 270, 270, 20.4 ],
         "outlettype": [],
         "text": "silence",
         "linecount": 1,
         "fontface": 1
        }
       },
       {
        "box": {
         "id": "obj-8",
         "maxclass": "comment",
         "numinlets": 1,
         "numoutlets": 0,
         "patching_rect": [ 330, 270, 660, 20.4 ],
         "outlettype": [],
         "text": "Is the virtual device input and output in Max's audio status? Is the audio on?",
         "linecount": 1
        }
       },
       {
        "box": {
         "id": "obj-9",
         "maxclass": "comment",
         "numinlets": 1,
         "numoutlets": 0,
         "patching_rect": [ 30, 345, 270, 20.4 ],
         "outlettype": [],
         "text": "a loop",
         "linecount": 1,
         "fontface": 1
        }
       },
       {
        "box": {
         "id": "obj-10",
         "maxclass": "comment",
         "numinlets": 1,
         "numoutlets": 0,
         "patching_rect": [ 330, 345, 660, 20.4 ],
         "outlettype": [],
         "text": "Only channels 1 and 2 go to the server, only the others come back: never send a stem to channels 1 and 2.",
         "linecount": 1
        }
       }
      ],
      "lines": [],
      "dependency_cache": [],
      "autosave": 0,
      "showontab": 1
     },
     "outlettype": [],
     "text": "p errors"
    }
   }
  ],
  "lines": [],
  "dependency_cache": [],
  "autosave": 0,
  "showrootpatcherontab": 0
 }
}
