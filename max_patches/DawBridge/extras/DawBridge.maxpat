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
  "rect": [ 60.0, 90.0, 870.0, 645.0 ],
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
     "patching_rect": [ 15, 15, 100.0, 27.6 ],
     "outlettype": [],
     "text": "DawBridge",
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
     "patching_rect": [ 15, 45, 810, 34.8 ],
     "outlettype": [],
     "text": "daw-bridge takes music apart into stems: drums, bass, vocals and more, live or as files, on your own computer. These objects steer it. Click to open their help.",
     "linecount": 2
    }
   },
   {
    "box": {
     "id": "obj-3",
     "maxclass": "message",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [ 30, 135, 172.0, 22.0 ],
     "outlettype": [ "" ],
     "text": "load dawbridge.client.maxhelp"
    }
   },
   {
    "box": {
     "id": "obj-4",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [ 30, 180, 53.3, 22.0 ],
     "outlettype": [ "" ],
     "text": "pcontrol"
    }
   },
   {
    "box": {
     "id": "obj-5",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [ 300, 135, 540, 20.4 ],
     "outlettype": [],
     "text": "Begin here: start the server, connect, and set every parameter.",
     "linecount": 1
    }
   },
   {
    "box": {
     "id": "obj-6",
     "maxclass": "message",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [ 30, 240, 174.7, 22.0 ],
     "outlettype": [ "" ],
     "text": "load dawbridge.buffer.maxhelp"
    }
   },
   {
    "box": {
     "id": "obj-7",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [ 30, 285, 53.3, 22.0 ],
     "outlettype": [ "" ],
     "text": "pcontrol"
    }
   },
   {
    "box": {
     "id": "obj-8",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [ 300, 240, 540, 20.4 ],
     "outlettype": [],
     "text": "A buffer~ becomes its stems, each in a buffer~ of its own.",
     "linecount": 1
    }
   },
   {
    "box": {
     "id": "obj-9",
     "maxclass": "message",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [ 30, 345, 162.0, 22.0 ],
     "outlettype": [ "" ],
     "text": "load dawbridge.live.maxhelp"
    }
   },
   {
    "box": {
     "id": "obj-10",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [ 30, 390, 53.3, 22.0 ],
     "outlettype": [ "" ],
     "text": "pcontrol"
    }
   },
   {
    "box": {
     "id": "obj-11",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [ 300, 345, 540, 20.4 ],
     "outlettype": [],
     "text": "Stems while the music plays, with a strip for each.",
     "linecount": 1
    }
   },
   {
    "box": {
     "id": "obj-12",
     "maxclass": "message",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [ 30, 450, 177.3, 22.0 ],
     "outlettype": [ "" ],
     "text": "load dawbridge.server.maxhelp"
    }
   },
   {
    "box": {
     "id": "obj-13",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [ 30, 495, 53.3, 22.0 ],
     "outlettype": [ "" ],
     "text": "pcontrol"
    }
   },
   {
    "box": {
     "id": "obj-14",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [ 300, 450, 540, 20.4 ],
     "outlettype": [],
     "text": "Starts and stops the server, with any of its flags; shows its log.",
     "linecount": 1
    }
   },
   {
    "box": {
     "id": "obj-15",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [ 30, 555, 810, 20.4 ],
     "outlettype": [],
     "text": "In Live: DawBridge.amxd, in the package's folder devices.",
     "linecount": 1
    }
   },
   {
    "box": {
     "id": "obj-16",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [ 30, 585, 810, 20.4 ],
     "outlettype": [],
     "text": "Only one dawbridge.client can listen at a port.",
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
     "source": [ "obj-6", 0 ],
     "destination": [ "obj-7", 0 ],
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
     "source": [ "obj-12", 0 ],
     "destination": [ "obj-13", 0 ],
     "order": 0
    }
   }
  ],
  "dependency_cache": [],
  "autosave": 0
 }
}
