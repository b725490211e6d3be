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
  "rect": [ 60.0, 90.0, 660.0, 360.0 ],
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
     "patching_rect": [ 15, 45, 600, 34.8 ],
     "outlettype": [],
     "text": "Runs daw-bridge serve in a process of its own. start, or start --io jack, with any flag of daw-bridge serve; stop. It ends with the patch.",
     "linecount": 2
    }
   },
   {
    "box": {
     "id": "obj-3",
     "maxclass": "inlet",
     "numinlets": 0,
     "numoutlets": 1,
     "patching_rect": [ 30, 120, 30.0, 30.0 ],
     "outlettype": [ "" ],
     "comment": "start [flags], stop",
     "index": 1
    }
   },
   {
    "box": {
     "id": "obj-4",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 2,
     "patching_rect": [ 30, 165, 305.7, 22.0 ],
     "outlettype": [ "", "" ],
     "text": "node.script dawbridge.server.js @autostart 1 @watch 0"
    }
   },
   {
    "box": {
     "id": "obj-5",
     "maxclass": "newobj",
     "numinlets": 3,
     "numoutlets": 3,
     "patching_rect": [ 30, 210, 379.0, 22.0 ],
     "outlettype": [ "", "", "" ],
     "text": "route running log"
    }
   },
   {
    "box": {
     "id": "obj-6",
     "maxclass": "outlet",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [ 30, 270, 30.0, 30.0 ],
     "outlettype": [],
     "comment": "1: the server runs, 0: it does not",
     "index": 1
    }
   },
   {
    "box": {
     "id": "obj-7",
     "maxclass": "outlet",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [ 210, 270, 30.0, 30.0 ],
     "outlettype": [],
     "comment": "its log, line by line",
     "index": 2
    }
   },
   {
    "box": {
     "id": "obj-8",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [ 75, 270, 42.0, 20.4 ],
     "outlettype": [],
     "text": "runs?",
     "linecount": 1
    }
   },
   {
    "box": {
     "id": "obj-9",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [ 255, 270, 28.0, 20.4 ],
     "outlettype": [],
     "text": "log",
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
     "destination": [ "obj-5", 0 ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [ "obj-5", 0 ],
     "destination": [ "obj-6", 0 ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [ "obj-5", 1 ],
     "destination": [ "obj-7", 0 ],
     "order": 0
    }
   }
  ],
  "dependency_cache": [],
  "autosave": 0
 }
}
