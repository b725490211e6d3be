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
  "rect": [ 60.0, 90.0, 990.0, 600.0 ],
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
     "patching_rect": [ 15, 30, 48.6, 22.0 ],
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
      "rect": [ 60.0, 90.0, 990.0, 600.0 ],
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
         "patching_rect": [ 15, 15, 150.0, 27.6 ],
         "outlettype": [],
         "text": "dawbridge.server",
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
         "patching_rect": [ 15, 45, 900, 20.4 ],
         "outlettype": [],
         "text": "Runs daw-bridge serve in a process of its own, beside Max, and shows its log. It ends when this patch is closed.",
         "linecount": 1
        }
       },
       {
        "box": {
         "id": "obj-3",
         "maxclass": "comment",
         "numinlets": 1,
         "numoutlets": 0,
         "patching_rect": [ 30, 105, 327.5, 20.4 ],
         "outlettype": [],
         "text": "1  Start it, and wait until it listens; the first time takes longer.",
         "linecount": 1
        }
       },
       {
        "box": {
         "id": "obj-4",
         "maxclass": "newobj",
         "numinlets": 1,
         "numoutlets": 2,
         "patching_rect": [ 30, 195, 439.0, 22.0 ],
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
         "patching_rect": [ 30, 135, 33.9, 22.0 ],
         "outlettype": [ "" ],
         "text": "start"
        }
       },
       {
        "box": {
         "id": "obj-6",
         "maxclass": "message",
         "numinlets": 2,
         "numoutlets": 1,
         "patching_rect": [ 150, 135, 33.3, 22.0 ],
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
         "patching_rect": [ 30, 255, 24.0, 24.0 ],
         "outlettype": [ "" ]
        }
       },
       {
        "box": {
         "id": "obj-8",
         "maxclass": "comment",
         "numinlets": 1,
         "numoutlets": 0,
         "patching_rect": [ 60, 255, 42.0, 20.4 ],
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
         "numoutlets": 1,
         "patching_rect": [ 450, 255, 74.0, 22.0 ],
         "outlettype": [ "" ],
         "text": "prepend set"
        }
       },
       {
        "box": {
         "id": "obj-10",
         "maxclass": "message",
         "numinlets": 2,
         "numoutlets": 1,
         "patching_rect": [ 450, 300, 499.0, 22.0 ],
         "outlettype": [ "" ],
         "text": "its log"
        }
       },
       {
        "box": {
         "id": "obj-11",
         "maxclass": "comment",
         "numinlets": 1,
         "numoutlets": 0,
         "patching_rect": [ 30, 360, 73.4, 20.4 ],
         "outlettype": [],
         "text": "2  Connect.",
         "linecount": 1
        }
       },
       {
        "box": {
         "id": "obj-12",
         "maxclass": "newobj",
         "numinlets": 1,
         "numoutlets": 3,
         "patching_rect": [ 30, 390, 439.0, 22.0 ],
         "outlettype": [ "", "", "" ],
         "text": "dawbridge.client 127.0.0.1 17120 9000"
        }
       },
       {
        "box": {
         "id": "obj-13",
         "maxclass": "toggle",
         "numinlets": 1,
         "numoutlets": 1,
         "patching_rect": [ 450, 450, 24.0, 24.0 ],
         "outlettype": [ "" ]
        }
       },
       {
        "box": {
         "id": "obj-14",
         "maxclass": "comment",
         "numinlets": 1,
         "numoutlets": 0,
         "patching_rect": [ 480, 450, 74.0, 20.4 ],
         "outlettype": [],
         "text": "connected?",
         "linecount": 1
        }
       },
       {
        "box": {
         "id": "obj-15",
         "maxclass": "comment",
         "numinlets": 1,
         "numoutlets": 0,
         "patching_rect": [ 30, 510, 900, 20.4 ],
         "outlettype": [],
         "text": "A server that was started in a terminal does as well: then this object is not needed.",
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
         "source": [ "obj-4", 1 ],
         "destination": [ "obj-9", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-9", 0 ],
         "destination": [ "obj-10", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-12", 2 ],
         "destination": [ "obj-13", 0 ],
         "order": 0
        }
       }
      ],
      "dependency_cache": [],
      "autosave": 0,
      "showontab": 1
     },
     "outlettype": [],
     "text": "p basic"
    }
   },
   {
    "box": {
     "id": "obj-2",
     "maxclass": "newobj",
     "numinlets": 0,
     "numoutlets": 0,
     "patching_rect": [ 135, 30, 46.0, 22.0 ],
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
      "rect": [ 60.0, 90.0, 990.0, 600.0 ],
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
         "patching_rect": [ 15, 15, 56.0, 27.6 ],
         "outlettype": [],
         "text": "Flags",
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
         "patching_rect": [ 15, 45, 900, 20.4 ],
         "outlettype": [],
         "text": "After start come flags of daw-bridge serve, as in a terminal; daw-bridge serve --help lists them. stop comes first where it runs already.",
         "linecount": 1
        }
       },
       {
        "box": {
         "id": "obj-3",
         "maxclass": "newobj",
         "numinlets": 1,
         "numoutlets": 2,
         "patching_rect": [ 30, 450, 439.0, 22.0 ],
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
         "patching_rect": [ 30, 135, 33.9, 22.0 ],
         "outlettype": [ "" ],
         "text": "start"
        }
       },
       {
        "box": {
         "id": "obj-5",
         "maxclass": "comment",
         "numinlets": 1,
         "numoutlets": 0,
         "patching_rect": [ 510, 135, 140.1, 20.4 ],
         "outlettype": [],
         "text": "files alone: no live audio",
         "linecount": 1
        }
       },
       {
        "box": {
         "id": "obj-6",
         "maxclass": "message",
         "numinlets": 2,
         "numoutlets": 1,
         "patching_rect": [ 45, 195, 79.3, 22.0 ],
         "outlettype": [ "" ],
         "text": "start --io jack"
        }
       },
       {
        "box": {
         "id": "obj-7",
         "maxclass": "comment",
         "numinlets": 1,
         "numoutlets": 0,
         "patching_rect": [ 510, 195, 134.7, 20.4 ],
         "outlettype": [],
         "text": "live, with ports in JACK",
         "linecount": 1
        }
       },
       {
        "box": {
         "id": "obj-8",
         "maxclass": "message",
         "numinlets": 2,
         "numoutlets": 1,
         "patching_rect": [ 60, 255, 236.0, 22.0 ],
         "outlettype": [ "" ],
         "text": "start --io jack --model band --preset quality"
        }
       },
       {
        "box": {
         "id": "obj-9",
         "maxclass": "comment",
         "numinlets": 1,
         "numoutlets": 0,
         "patching_rect": [ 510, 255, 176.1, 20.4 ],
         "outlettype": [],
         "text": "another model, later and better",
         "linecount": 1
        }
       },
       {
        "box": {
         "id": "obj-10",
         "maxclass": "message",
         "numinlets": 2,
         "numoutlets": 1,
         "patching_rect": [ 75, 315, 100.6, 22.0 ],
         "outlettype": [ "" ],
         "text": "start --load verse"
        }
       },
       {
        "box": {
         "id": "obj-11",
         "maxclass": "comment",
         "numinlets": 1,
         "numoutlets": 0,
         "patching_rect": [ 510, 315, 134.1, 20.4 ],
         "outlettype": [],
         "text": "begins with a snapshot",
         "linecount": 1
        }
       },
       {
        "box": {
         "id": "obj-12",
         "maxclass": "message",
         "numinlets": 2,
         "numoutlets": 1,
         "patching_rect": [ 90, 375, 126.6, 22.0 ],
         "outlettype": [ "" ],
         "text": "start --log-level debug"
        }
       },
       {
        "box": {
         "id": "obj-13",
         "maxclass": "comment",
         "numinlets": 1,
         "numoutlets": 0,
         "patching_rect": [ 510, 375, 114.7, 20.4 ],
         "outlettype": [],
         "text": "says more in its log",
         "linecount": 1
        }
       },
       {
        "box": {
         "id": "obj-14",
         "maxclass": "message",
         "numinlets": 2,
         "numoutlets": 1,
         "patching_rect": [ 390, 390, 33.3, 22.0 ],
         "outlettype": [ "" ],
         "text": "stop"
        }
       },
       {
        "box": {
         "id": "obj-15",
         "maxclass": "toggle",
         "numinlets": 1,
         "numoutlets": 1,
         "patching_rect": [ 30, 510, 24.0, 24.0 ],
         "outlettype": [ "" ]
        }
       },
       {
        "box": {
         "id": "obj-16",
         "maxclass": "comment",
         "numinlets": 1,
         "numoutlets": 0,
         "patching_rect": [ 60, 510, 42.0, 20.4 ],
         "outlettype": [],
         "text": "runs?",
         "linecount": 1
        }
       },
       {
        "box": {
         "id": "obj-17",
         "maxclass": "newobj",
         "numinlets": 1,
         "numoutlets": 1,
         "patching_rect": [ 450, 510, 74.0, 22.0 ],
         "outlettype": [ "" ],
         "text": "prepend set"
        }
       },
       {
        "box": {
         "id": "obj-18",
         "maxclass": "message",
         "numinlets": 2,
         "numoutlets": 1,
         "patching_rect": [ 450, 555, 499.0, 22.0 ],
         "outlettype": [ "" ],
         "text": "its log"
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
         "source": [ "obj-6", 0 ],
         "destination": [ "obj-3", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-8", 0 ],
         "destination": [ "obj-3", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-10", 0 ],
         "destination": [ "obj-3", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-12", 0 ],
         "destination": [ "obj-3", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-14", 0 ],
         "destination": [ "obj-3", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-3", 0 ],
         "destination": [ "obj-15", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-3", 1 ],
         "destination": [ "obj-17", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-17", 0 ],
         "destination": [ "obj-18", 0 ],
         "order": 0
        }
       }
      ],
      "dependency_cache": [],
      "autosave": 0,
      "showontab": 1
     },
     "outlettype": [],
     "text": "p flags"
    }
   },
   {
    "box": {
     "id": "obj-3",
     "maxclass": "newobj",
     "numinlets": 0,
     "numoutlets": 0,
     "patching_rect": [ 255, 30, 51.9, 22.0 ],
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
      "rect": [ 60.0, 90.0, 990.0, 480.0 ],
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
         "patching_rect": [ 15, 45, 900, 20.4 ],
         "outlettype": [],
         "text": "The log says them, at the right outlet, and the left one gives 0.",
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
         "text": "daw-bridge was not found",
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
         "patching_rect": [ 330, 120, 570, 34.8 ],
         "outlettype": [],
         "text": "Install daw-bridge, then run daw-bridge install max in a terminal: it writes into the package where the command is.",
         "linecount": 2
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
         "text": "OSC port ... (address in use)",
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
         "patching_rect": [ 330, 195, 570, 20.4 ],
         "outlettype": [],
         "text": "A server runs already: stop it, or use it. dawbridge.client finds it, whoever has started it.",
         "linecount": 1
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
         "text": "the server has ended (2)",
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
         "patching_rect": [ 330, 270, 570, 20.4 ],
         "outlettype": [],
         "text": "The lines before it say why, and what to do; a flag may be misspelled.",
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
         "text": "the server runs already",
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
         "patching_rect": [ 330, 345, 570, 20.4 ],
         "outlettype": [],
         "text": "stop, then start with other flags.",
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
