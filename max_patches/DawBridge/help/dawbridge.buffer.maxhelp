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
     "patching_rect": [ 15, 30, 58.3, 22.0 ],
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
         "patching_rect": [ 15, 15, 146.1, 27.6 ],
         "outlettype": [],
         "text": "dawbridge.buffer",
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
         "text": "Takes a buffer~ apart: song becomes song.drums, song.bass, song.vocals and so on. The files lie in a folder that you choose.",
         "linecount": 1
        }
       },
       {
        "box": {
         "id": "obj-3",
         "maxclass": "comment",
         "numinlets": 1,
         "numoutlets": 0,
         "patching_rect": [ 30, 105, 380.8, 20.4 ],
         "outlettype": [],
         "text": "1  Connect: daw-bridge serve runs here, or dawbridge.server starts it.",
         "linecount": 1
        }
       },
       {
        "box": {
         "id": "obj-4",
         "maxclass": "newobj",
         "numinlets": 1,
         "numoutlets": 3,
         "patching_rect": [ 30, 135, 349.0, 22.0 ],
         "outlettype": [ "", "", "" ],
         "text": "dawbridge.client 127.0.0.1 17120 9000"
        }
       },
       {
        "box": {
         "id": "obj-5",
         "maxclass": "toggle",
         "numinlets": 1,
         "numoutlets": 1,
         "patching_rect": [ 360, 180, 24.0, 24.0 ],
         "outlettype": [ "" ]
        }
       },
       {
        "box": {
         "id": "obj-6",
         "maxclass": "comment",
         "numinlets": 1,
         "numoutlets": 0,
         "patching_rect": [ 390, 180, 74.0, 20.4 ],
         "outlettype": [],
         "text": "connected?",
         "linecount": 1
        }
       },
       {
        "box": {
         "id": "obj-7",
         "maxclass": "comment",
         "numinlets": 1,
         "numoutlets": 0,
         "patching_rect": [ 30, 210, 62.7, 20.4 ],
         "outlettype": [],
         "text": "2  A song",
         "linecount": 1
        }
       },
       {
        "box": {
         "id": "obj-8",
         "maxclass": "message",
         "numinlets": 2,
         "numoutlets": 1,
         "patching_rect": [ 30, 240, 49.9, 22.0 ],
         "outlettype": [ "" ],
         "text": "replace"
        }
       },
       {
        "box": {
         "id": "obj-9",
         "maxclass": "newobj",
         "numinlets": 1,
         "numoutlets": 2,
         "patching_rect": [ 30, 285, 77.6, 22.0 ],
         "outlettype": [ "", "" ],
         "text": "buffer~ song"
        }
       },
       {
        "box": {
         "id": "obj-10",
         "maxclass": "comment",
         "numinlets": 1,
         "numoutlets": 0,
         "patching_rect": [ 120, 240, 73.4, 20.4 ],
         "outlettype": [],
         "text": "opens a file",
         "linecount": 1
        }
       },
       {
        "box": {
         "id": "obj-11",
         "maxclass": "comment",
         "numinlets": 1,
         "numoutlets": 0,
         "patching_rect": [ 30, 330, 147.4, 20.4 ],
         "outlettype": [],
         "text": "3  A folder, then its stems",
         "linecount": 1
        }
       },
       {
        "box": {
         "id": "obj-12",
         "maxclass": "newobj",
         "numinlets": 1,
         "numoutlets": 3,
         "patching_rect": [ 30, 420, 619.0, 22.0 ],
         "outlettype": [ "", "", "" ],
         "text": "dawbridge.buffer song"
        }
       },
       {
        "box": {
         "id": "obj-13",
         "maxclass": "message",
         "numinlets": 2,
         "numoutlets": 1,
         "patching_rect": [ 30, 360, 40.6, 22.0 ],
         "outlettype": [ "" ],
         "text": "folder"
        }
       },
       {
        "box": {
         "id": "obj-14",
         "maxclass": "message",
         "numinlets": 2,
         "numoutlets": 1,
         "patching_rect": [ 120, 360, 37.3, 22.0 ],
         "outlettype": [ "" ],
         "text": "bang"
        }
       },
       {
        "box": {
         "id": "obj-15",
         "maxclass": "message",
         "numinlets": 2,
         "numoutlets": 1,
         "patching_rect": [ 210, 360, 45.3, 22.0 ],
         "outlettype": [ "" ],
         "text": "cancel"
        }
       },
       {
        "box": {
         "id": "obj-16",
         "maxclass": "newobj",
         "numinlets": 1,
         "numoutlets": 1,
         "patching_rect": [ 30, 480, 74.0, 22.0 ],
         "outlettype": [ "" ],
         "text": "prepend set"
        }
       },
       {
        "box": {
         "id": "obj-17",
         "maxclass": "message",
         "numinlets": 2,
         "numoutlets": 1,
         "patching_rect": [ 30, 525, 274.0, 22.0 ],
         "outlettype": [ "" ],
         "text": "what it does"
        }
       },
       {
        "box": {
         "id": "obj-18",
         "maxclass": "comment",
         "numinlets": 1,
         "numoutlets": 0,
         "patching_rect": [ 30, 555, 172.7, 20.4 ],
         "outlettype": [],
         "text": "what it does, what went wrong",
         "linecount": 1
        }
       },
       {
        "box": {
         "id": "obj-19",
         "maxclass": "multislider",
         "numinlets": 1,
         "numoutlets": 2,
         "patching_rect": [ 330, 525, 210.0, 22.0 ],
         "outlettype": [ "", "" ],
         "setminmax": [ 0.0, 1.0 ],
         "orientation": 0
        }
       },
       {
        "box": {
         "id": "obj-20",
         "maxclass": "comment",
         "numinlets": 1,
         "numoutlets": 0,
         "patching_rect": [ 330, 555, 58.7, 20.4 ],
         "outlettype": [],
         "text": "progress",
         "linecount": 1
        }
       },
       {
        "box": {
         "id": "obj-21",
         "maxclass": "newobj",
         "numinlets": 1,
         "numoutlets": 1,
         "patching_rect": [ 630, 480, 74.0, 22.0 ],
         "outlettype": [ "" ],
         "text": "prepend set"
        }
       },
       {
        "box": {
         "id": "obj-22",
         "maxclass": "message",
         "numinlets": 2,
         "numoutlets": 1,
         "patching_rect": [ 630, 525, 169.0, 22.0 ],
         "outlettype": [ "" ],
         "text": "the last stem"
        }
       },
       {
        "box": {
         "id": "obj-23",
         "maxclass": "comment",
         "numinlets": 1,
         "numoutlets": 0,
         "patching_rect": [ 630, 555, 170.8, 20.4 ],
         "outlettype": [],
         "text": "each stem that has been read",
         "linecount": 1
        }
       }
      ],
      "lines": [
       {
        "patchline": {
         "source": [ "obj-4", 2 ],
         "destination": [ "obj-5", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-8", 0 ],
         "destination": [ "obj-9", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-13", 0 ],
         "destination": [ "obj-12", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-14", 0 ],
         "destination": [ "obj-12", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-15", 0 ],
         "destination": [ "obj-12", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-12", 0 ],
         "destination": [ "obj-16", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-16", 0 ],
         "destination": [ "obj-17", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-12", 1 ],
         "destination": [ "obj-19", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-12", 2 ],
         "destination": [ "obj-21", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-21", 0 ],
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
     "text": "p buffer~"
    }
   },
   {
    "box": {
     "id": "obj-2",
     "maxclass": "newobj",
     "numinlets": 0,
     "numoutlets": 0,
     "patching_rect": [ 135, 30, 48.6, 22.0 ],
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
      "rect": [ 60.0, 90.0, 990.0, 420.0 ],
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
         "patching_rect": [ 15, 15, 60.0, 27.6 ],
         "outlettype": [],
         "text": "Listen",
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
         "text": "Each stem is a buffer~ like any other. A stem that the model does not make stays empty.",
         "linecount": 1
        }
       },
       {
        "box": {
         "id": "obj-3",
         "maxclass": "comment",
         "numinlets": 1,
         "numoutlets": 0,
         "patching_rect": [ 30, 105, 65.4, 20.4 ],
         "outlettype": [],
         "text": "the drums",
         "linecount": 1
        }
       },
       {
        "box": {
         "id": "obj-4",
         "maxclass": "newobj",
         "numinlets": 1,
         "numoutlets": 3,
         "patching_rect": [ 30, 195, 199.0, 22.0 ],
         "outlettype": [ "signal", "signal", "" ],
         "text": "play~ song.drums 2"
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
         "patching_rect": [ 120, 135, 33.3, 22.0 ],
         "outlettype": [ "" ],
         "text": "stop"
        }
       },
       {
        "box": {
         "id": "obj-7",
         "maxclass": "ezdac~",
         "numinlets": 2,
         "numoutlets": 0,
         "patching_rect": [ 30, 270, 45.0, 45.0 ],
         "outlettype": []
        }
       },
       {
        "box": {
         "id": "obj-8",
         "maxclass": "comment",
         "numinlets": 1,
         "numoutlets": 0,
         "patching_rect": [ 510, 105, 66.0, 20.4 ],
         "outlettype": [],
         "text": "the vocals",
         "linecount": 1
        }
       },
       {
        "box": {
         "id": "obj-9",
         "maxclass": "newobj",
         "numinlets": 1,
         "numoutlets": 3,
         "patching_rect": [ 510, 195, 199.0, 22.0 ],
         "outlettype": [ "signal", "signal", "" ],
         "text": "play~ song.vocals 2"
        }
       },
       {
        "box": {
         "id": "obj-10",
         "maxclass": "message",
         "numinlets": 2,
         "numoutlets": 1,
         "patching_rect": [ 510, 135, 33.9, 22.0 ],
         "outlettype": [ "" ],
         "text": "start"
        }
       },
       {
        "box": {
         "id": "obj-11",
         "maxclass": "message",
         "numinlets": 2,
         "numoutlets": 1,
         "patching_rect": [ 600, 135, 33.3, 22.0 ],
         "outlettype": [ "" ],
         "text": "stop"
        }
       },
       {
        "box": {
         "id": "obj-12",
         "maxclass": "ezdac~",
         "numinlets": 2,
         "numoutlets": 0,
         "patching_rect": [ 510, 270, 45.0, 45.0 ],
         "outlettype": []
        }
       },
       {
        "box": {
         "id": "obj-13",
         "maxclass": "comment",
         "numinlets": 1,
         "numoutlets": 0,
         "patching_rect": [ 30, 360, 900, 20.4 ],
         "outlettype": [],
         "text": "All of them: song.drums, song.bass, song.guitar, song.piano, song.vocals, song.other, song.residual",
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
         "destination": [ "obj-7", 1 ],
         "order": 1
        }
       },
       {
        "patchline": {
         "source": [ "obj-10", 0 ],
         "destination": [ "obj-9", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-11", 0 ],
         "destination": [ "obj-9", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-9", 0 ],
         "destination": [ "obj-12", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-9", 1 ],
         "destination": [ "obj-12", 1 ],
         "order": 1
        }
       }
      ],
      "dependency_cache": [],
      "autosave": 0,
      "showontab": 1
     },
     "outlettype": [],
     "text": "p listen"
    }
   },
   {
    "box": {
     "id": "obj-3",
     "maxclass": "newobj",
     "numinlets": 0,
     "numoutlets": 0,
     "patching_rect": [ 255, 30, 59.3, 22.0 ],
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
         "patching_rect": [ 15, 15, 74.0, 27.6 ],
         "outlettype": [],
         "text": "Options",
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
         "text": "After options come pairs of a key and a value, those of daw-bridge separate; they hold until others come. At the start they are force 1: write over the stems of the last time.",
         "linecount": 2
        }
       },
       {
        "box": {
         "id": "obj-3",
         "maxclass": "newobj",
         "numinlets": 1,
         "numoutlets": 3,
         "patching_rect": [ 30, 285, 129.3, 22.0 ],
         "outlettype": [ "", "", "" ],
         "text": "dawbridge.buffer song"
        }
       },
       {
        "box": {
         "id": "obj-4",
         "maxclass": "message",
         "numinlets": 2,
         "numoutlets": 1,
         "patching_rect": [ 30, 180, 40.6, 22.0 ],
         "outlettype": [ "" ],
         "text": "folder"
        }
       },
       {
        "box": {
         "id": "obj-5",
         "maxclass": "comment",
         "numinlets": 1,
         "numoutlets": 0,
         "patching_rect": [ 30, 135, 31.3, 20.4 ],
         "outlettype": [],
         "text": "first",
         "linecount": 1
        }
       },
       {
        "box": {
         "id": "obj-6",
         "maxclass": "message",
         "numinlets": 2,
         "numoutlets": 1,
         "patching_rect": [ 120, 180, 155.3, 22.0 ],
         "outlettype": [ "" ],
         "text": "options force 1 model band"
        }
       },
       {
        "box": {
         "id": "obj-7",
         "maxclass": "comment",
         "numinlets": 1,
         "numoutlets": 0,
         "patching_rect": [ 120, 135, 121.4, 20.4 ],
         "outlettype": [],
         "text": "guitar and piano, too",
         "linecount": 1
        }
       },
       {
        "box": {
         "id": "obj-8",
         "maxclass": "message",
         "numinlets": 2,
         "numoutlets": 1,
         "patching_rect": [ 360, 180, 138.0, 22.0 ],
         "outlettype": [ "" ],
         "text": "options force 1 steps 32"
        }
       },
       {
        "box": {
         "id": "obj-9",
         "maxclass": "comment",
         "numinlets": 1,
         "numoutlets": 0,
         "patching_rect": [ 360, 135, 72.7, 20.4 ],
         "outlettype": [],
         "text": "refine more",
         "linecount": 1
        }
       },
       {
        "box": {
         "id": "obj-10",
         "maxclass": "message",
         "numinlets": 2,
         "numoutlets": 1,
         "patching_rect": [ 570, 180, 192.7, 22.0 ],
         "outlettype": [ "" ],
         "text": "options force 1 start 0:30 end 1:00"
        }
       },
       {
        "box": {
         "id": "obj-11",
         "maxclass": "comment",
         "numinlets": 1,
         "numoutlets": 0,
         "patching_rect": [ 570, 135, 80.0, 20.4 ],
         "outlettype": [],
         "text": "only this part",
         "linecount": 1
        }
       },
       {
        "box": {
         "id": "obj-12",
         "maxclass": "message",
         "numinlets": 2,
         "numoutlets": 1,
         "patching_rect": [ 840, 180, 37.3, 22.0 ],
         "outlettype": [ "" ],
         "text": "bang"
        }
       },
       {
        "box": {
         "id": "obj-13",
         "maxclass": "comment",
         "numinlets": 1,
         "numoutlets": 0,
         "patching_rect": [ 840, 135, 30.7, 20.4 ],
         "outlettype": [],
         "text": "last",
         "linecount": 1
        }
       },
       {
        "box": {
         "id": "obj-14",
         "maxclass": "newobj",
         "numinlets": 1,
         "numoutlets": 1,
         "patching_rect": [ 30, 330, 74.0, 22.0 ],
         "outlettype": [ "" ],
         "text": "prepend set"
        }
       },
       {
        "box": {
         "id": "obj-15",
         "maxclass": "message",
         "numinlets": 2,
         "numoutlets": 1,
         "patching_rect": [ 30, 375, 274.0, 22.0 ],
         "outlettype": [ "" ],
         "text": "what it does"
        }
       },
       {
        "box": {
         "id": "obj-16",
         "maxclass": "comment",
         "numinlets": 1,
         "numoutlets": 0,
         "patching_rect": [ 30, 420, 900, 20.4 ],
         "outlettype": [],
         "text": "A dawbridge.buffer of its own: it has no folder yet.",
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
         "source": [ "obj-3", 0 ],
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
       }
      ],
      "dependency_cache": [],
      "autosave": 0,
      "showontab": 1
     },
     "outlettype": [],
     "text": "p options"
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
      "rect": [ 60.0, 90.0, 990.0, 420.0 ],
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
         "text": "They come out of the left outlet in words: what was seen, what was expected, what to do.",
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
         "text": "choose a folder first",
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
         "patching_rect": [ 330, 120, 570, 20.4 ],
         "outlettype": [],
         "text": "Send folder: a dialog opens. Or folder and a path.",
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
         "text": "expected a readable file ...",
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
         "patching_rect": [ 330, 195, 570, 34.8 ],
         "outlettype": [],
         "text": "The server may read and write in your home folder and the temporary one; serve --allow-path FOLDER lets it into others.",
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
         "text": "the buffer is empty",
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
         "text": "An empty buffer~ is written as an empty file, which has no stems: read a song first.",
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
         "text": "nothing comes back",
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
         "text": "Is the client connected? Its third outlet tells; without the server there is no answer.",
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
