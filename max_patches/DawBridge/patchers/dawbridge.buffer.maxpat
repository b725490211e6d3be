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
  "rect": [ 60.0, 90.0, 1140.0, 540.0 ],
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
     "text": "Writes the buffer~ of its name to a file, has it separated, and reads the stems into buffers: song gives song.drums, song.bass ... It needs a dawbridge.client.",
     "linecount": 1
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
     "comment": "bang: separate; folder [path]; options key value ...; cancel",
     "index": 1
    }
   },
   {
    "box": {
     "id": "obj-4",
     "maxclass": "newobj",
     "numinlets": 5,
     "numoutlets": 5,
     "patching_rect": [ 30, 165, 559.0, 22.0 ],
     "outlettype": [ "", "", "", "", "" ],
     "text": "route bang folder options cancel"
    }
   },
   {
    "box": {
     "id": "obj-5",
     "maxclass": "newobj",
     "numinlets": 3,
     "numoutlets": 2,
     "patching_rect": [ 30, 225, 289.0, 22.0 ],
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
      "rect": [ 60.0, 90.0, 990.0, 900.0 ],
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
         "patching_rect": [ 15, 15, 50.0, 27.6 ],
         "outlettype": [],
         "text": "write",
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
         "patching_rect": [ 15, 45, 660, 34.8 ],
         "outlettype": [],
         "text": "The buffer becomes NAME.wav in the folder that was chosen; once it is written, its stems are asked for, in a folder NAME beside it. Samples are written as 32-bit floats, so nothing is lost.",
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
         "comment": "bang: separate",
         "index": 1
        }
       },
       {
        "box": {
         "id": "obj-4",
         "maxclass": "newobj",
         "numinlets": 2,
         "numoutlets": 1,
         "patching_rect": [ 30, 390, 109.0, 22.0 ],
         "outlettype": [ "" ],
         "text": "int 0"
        }
       },
       {
        "box": {
         "id": "obj-5",
         "maxclass": "inlet",
         "numinlets": 0,
         "numoutlets": 1,
         "patching_rect": [ 120, 120, 30.0, 30.0 ],
         "outlettype": [ "" ],
         "comment": "a folder, or a bang that asks for it",
         "index": 2
        }
       },
       {
        "box": {
         "id": "obj-6",
         "maxclass": "newobj",
         "numinlets": 2,
         "numoutlets": 2,
         "patching_rect": [ 120, 165, 199.0, 22.0 ],
         "outlettype": [ "", "" ],
         "text": "route bang"
        }
       },
       {
        "box": {
         "id": "obj-7",
         "maxclass": "newobj",
         "numinlets": 1,
         "numoutlets": 2,
         "patching_rect": [ 120, 195, 92.0, 22.0 ],
         "outlettype": [ "", "" ],
         "text": "opendialog fold"
        }
       },
       {
        "box": {
         "id": "obj-8",
         "maxclass": "newobj",
         "numinlets": 1,
         "numoutlets": 2,
         "patching_rect": [ 120, 285, 135.3, 22.0 ],
         "outlettype": [ "", "" ],
         "text": "conformpath slash boot"
        }
       },
       {
        "box": {
         "id": "obj-9",
         "maxclass": "newobj",
         "numinlets": 1,
         "numoutlets": 3,
         "patching_rect": [ 120, 330, 379.0, 22.0 ],
         "outlettype": [ "", "", "" ],
         "text": "t 1 s s"
        }
       },
       {
        "box": {
         "id": "obj-10",
         "maxclass": "newobj",
         "numinlets": 2,
         "numoutlets": 1,
         "patching_rect": [ 300, 375, 169.0, 22.0 ],
         "outlettype": [ "" ],
         "text": "sprintf symout %s/%s.wav"
        }
       },
       {
        "box": {
         "id": "obj-11",
         "maxclass": "newobj",
         "numinlets": 1,
         "numoutlets": 1,
         "patching_rect": [ 645, 330, 78.6, 22.0 ],
         "outlettype": [ "" ],
         "text": "loadmess #1"
        }
       },
       {
        "box": {
         "id": "obj-12",
         "maxclass": "newobj",
         "numinlets": 3,
         "numoutlets": 3,
         "patching_rect": [ 30, 435, 62.0, 22.0 ],
         "outlettype": [ "", "", "" ],
         "text": "select 0 1"
        }
       },
       {
        "box": {
         "id": "obj-13",
         "maxclass": "message",
         "numinlets": 2,
         "numoutlets": 1,
         "patching_rect": [ 30, 555, 115.3, 22.0 ],
         "outlettype": [ "" ],
         "text": "choose a folder first"
        }
       },
       {
        "box": {
         "id": "obj-14",
         "maxclass": "outlet",
         "numinlets": 1,
         "numoutlets": 0,
         "patching_rect": [ 30, 840, 30.0, 30.0 ],
         "outlettype": [],
         "comment": "what is missing, in words",
         "index": 1
        }
       },
       {
        "box": {
         "id": "obj-15",
         "maxclass": "newobj",
         "numinlets": 2,
         "numoutlets": 2,
         "patching_rect": [ 210, 510, 109.0, 22.0 ],
         "outlettype": [ "", "" ],
         "text": "zl.reg"
        }
       },
       {
        "box": {
         "id": "obj-16",
         "maxclass": "newobj",
         "numinlets": 1,
         "numoutlets": 1,
         "patching_rect": [ 210, 555, 111.3, 22.0 ],
         "outlettype": [ "" ],
         "text": "prepend writewave"
        }
       },
       {
        "box": {
         "id": "obj-17",
         "maxclass": "newobj",
         "numinlets": 1,
         "numoutlets": 2,
         "patching_rect": [ 210, 615, 199.0, 22.0 ],
         "outlettype": [ "", "" ],
         "text": "buffer~ #1 @format float32"
        }
       },
       {
        "box": {
         "id": "obj-18",
         "maxclass": "newobj",
         "numinlets": 2,
         "numoutlets": 1,
         "patching_rect": [ 390, 660, 40.0, 22.0 ],
         "outlettype": [ "" ],
         "text": "int #0"
        }
       },
       {
        "box": {
         "id": "obj-19",
         "maxclass": "newobj",
         "numinlets": 3,
         "numoutlets": 1,
         "patching_rect": [ 390, 705, 259.0, 22.0 ],
         "outlettype": [ "" ],
         "text": "pack i s s"
        }
       },
       {
        "box": {
         "id": "obj-20",
         "maxclass": "inlet",
         "numinlets": 0,
         "numoutlets": 1,
         "patching_rect": [ 780, 120, 30.0, 30.0 ],
         "outlettype": [ "" ],
         "comment": "options: key value ...",
         "index": 3
        }
       },
       {
        "box": {
         "id": "obj-21",
         "maxclass": "newobj",
         "numinlets": 1,
         "numoutlets": 1,
         "patching_rect": [ 840, 690, 102.0, 22.0 ],
         "outlettype": [ "" ],
         "text": "loadmess force 1"
        }
       },
       {
        "box": {
         "id": "obj-22",
         "maxclass": "newobj",
         "numinlets": 2,
         "numoutlets": 2,
         "patching_rect": [ 390, 750, 409.0, 22.0 ],
         "outlettype": [ "", "" ],
         "text": "zl.join"
        }
       },
       {
        "box": {
         "id": "obj-23",
         "maxclass": "newobj",
         "numinlets": 1,
         "numoutlets": 1,
         "patching_rect": [ 390, 795, 166.7, 22.0 ],
         "outlettype": [ "" ],
         "text": "prepend /dawbridge/separate"
        }
       },
       {
        "box": {
         "id": "obj-24",
         "maxclass": "outlet",
         "numinlets": 1,
         "numoutlets": 0,
         "patching_rect": [ 390, 840, 30.0, 30.0 ],
         "outlettype": [],
         "comment": "to the server",
         "index": 2
        }
       },
       {
        "box": {
         "id": "obj-25",
         "maxclass": "comment",
         "numinlets": 1,
         "numoutlets": 0,
         "patching_rect": [ 435, 840, 78.7, 20.4 ],
         "outlettype": [],
         "text": "to the server",
         "linecount": 1
        }
       },
       {
        "box": {
         "id": "obj-26",
         "maxclass": "comment",
         "numinlets": 1,
         "numoutlets": 0,
         "patching_rect": [ 75, 840, 56.7, 20.4 ],
         "outlettype": [],
         "text": "in words",
         "linecount": 1
        }
       },
       {
        "box": {
         "id": "obj-27",
         "maxclass": "comment",
         "numinlets": 1,
         "numoutlets": 0,
         "patching_rect": [ 150, 660, 112.0, 20.4 ],
         "outlettype": [],
         "text": "a bang: it is written",
         "linecount": 1
        }
       }
      ],
      "lines": [
       {
        "patchline": {
         "source": [ "obj-5", 0 ],
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
         "destination": [ "obj-9", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-6", 1 ],
         "destination": [ "obj-8", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-9", 0 ],
         "destination": [ "obj-4", 1 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-3", 0 ],
         "destination": [ "obj-4", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-9", 1 ],
         "destination": [ "obj-10", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-11", 0 ],
         "destination": [ "obj-10", 1 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-4", 0 ],
         "destination": [ "obj-12", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-12", 0 ],
         "destination": [ "obj-13", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-13", 0 ],
         "destination": [ "obj-14", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-12", 1 ],
         "destination": [ "obj-15", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-10", 0 ],
         "destination": [ "obj-15", 1 ],
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
         "destination": [ "obj-17", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-17", 1 ],
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
         "source": [ "obj-10", 0 ],
         "destination": [ "obj-19", 1 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-9", 2 ],
         "destination": [ "obj-19", 2 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-19", 0 ],
         "destination": [ "obj-22", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-20", 0 ],
         "destination": [ "obj-22", 1 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-21", 0 ],
         "destination": [ "obj-22", 1 ],
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
       }
      ],
      "dependency_cache": [],
      "autosave": 0
     },
     "outlettype": [ "", "" ],
     "text": "p write"
    }
   },
   {
    "box": {
     "id": "obj-6",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [ 300, 285, 108.7, 22.0 ],
     "outlettype": [],
     "text": "send dawbridge.to"
    }
   },
   {
    "box": {
     "id": "obj-7",
     "maxclass": "newobj",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [ 435, 195, 40.0, 22.0 ],
     "outlettype": [ "" ],
     "text": "int #0"
    }
   },
   {
    "box": {
     "id": "obj-8",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [ 435, 240, 154.7, 22.0 ],
     "outlettype": [ "" ],
     "text": "prepend /dawbridge/cancel"
    }
   },
   {
    "box": {
     "id": "obj-9",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [ 720, 120, 135.3, 22.0 ],
     "outlettype": [ "" ],
     "text": "receive dawbridge.from"
    }
   },
   {
    "box": {
     "id": "obj-10",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 3,
     "patching_rect": [ 720, 225, 259.0, 22.0 ],
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
      "rect": [ 60.0, 90.0, 1170.0, 480.0 ],
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
         "patching_rect": [ 15, 15, 36.0, 27.6 ],
         "outlettype": [],
         "text": "job",
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
         "patching_rect": [ 15, 45, 660, 20.4 ],
         "outlettype": [],
         "text": "Of all that the server says, what is about this job, number #0.",
         "linecount": 1
        }
       },
       {
        "box": {
         "id": "obj-3",
         "maxclass": "inlet",
         "numinlets": 0,
         "numoutlets": 1,
         "patching_rect": [ 30, 90, 30.0, 30.0 ],
         "outlettype": [ "" ],
         "comment": "everything the server says",
         "index": 1
        }
       },
       {
        "box": {
         "id": "obj-4",
         "maxclass": "newobj",
         "numinlets": 5,
         "numoutlets": 5,
         "patching_rect": [ 30, 135, 979.0, 22.0 ],
         "outlettype": [ "", "", "", "", "" ],
         "text": "route /dawbridge/fail /dawbridge/done /dawbridge/job/progress /dawbridge/job/stem"
        }
       },
       {
        "box": {
         "id": "obj-5",
         "maxclass": "newobj",
         "numinlets": 2,
         "numoutlets": 2,
         "patching_rect": [ 30, 225, 54.6, 22.0 ],
         "outlettype": [ "", "" ],
         "text": "route #0"
        }
       },
       {
        "box": {
         "id": "obj-6",
         "maxclass": "newobj",
         "numinlets": 2,
         "numoutlets": 2,
         "patching_rect": [ 270, 225, 54.6, 22.0 ],
         "outlettype": [ "", "" ],
         "text": "route #0"
        }
       },
       {
        "box": {
         "id": "obj-7",
         "maxclass": "newobj",
         "numinlets": 2,
         "numoutlets": 2,
         "patching_rect": [ 510, 225, 54.6, 22.0 ],
         "outlettype": [ "", "" ],
         "text": "route #0"
        }
       },
       {
        "box": {
         "id": "obj-8",
         "maxclass": "newobj",
         "numinlets": 2,
         "numoutlets": 2,
         "patching_rect": [ 750, 225, 54.6, 22.0 ],
         "outlettype": [ "", "" ],
         "text": "route #0"
        }
       },
       {
        "box": {
         "id": "obj-9",
         "maxclass": "newobj",
         "numinlets": 2,
         "numoutlets": 2,
         "patching_rect": [ 30, 180, 150.0, 22.0 ],
         "outlettype": [ "", "" ],
         "text": "route /dawbridge/separate"
        }
       },
       {
        "box": {
         "id": "obj-10",
         "maxclass": "newobj",
         "numinlets": 2,
         "numoutlets": 2,
         "patching_rect": [ 270, 180, 88.0, 22.0 ],
         "outlettype": [ "", "" ],
         "text": "route separate"
        }
       },
       {
        "box": {
         "id": "obj-11",
         "maxclass": "outlet",
         "numinlets": 1,
         "numoutlets": 0,
         "patching_rect": [ 30, 390, 30.0, 30.0 ],
         "outlettype": [],
         "comment": "in words",
         "index": 1
        }
       },
       {
        "box": {
         "id": "obj-12",
         "maxclass": "newobj",
         "numinlets": 1,
         "numoutlets": 2,
         "patching_rect": [ 30, 270, 68.0, 22.0 ],
         "outlettype": [ "", "" ],
         "text": "unpack s s"
        }
       },
       {
        "box": {
         "id": "obj-13",
         "maxclass": "message",
         "numinlets": 2,
         "numoutlets": 1,
         "patching_rect": [ 270, 270, 37.3, 22.0 ],
         "outlettype": [ "" ],
         "text": "done"
        }
       },
       {
        "box": {
         "id": "obj-14",
         "maxclass": "newobj",
         "numinlets": 1,
         "numoutlets": 3,
         "patching_rect": [ 510, 270, 139.0, 22.0 ],
         "outlettype": [ "", "", "" ],
         "text": "unpack f s f"
        }
       },
       {
        "box": {
         "id": "obj-15",
         "maxclass": "outlet",
         "numinlets": 1,
         "numoutlets": 0,
         "patching_rect": [ 510, 390, 30.0, 30.0 ],
         "outlettype": [],
         "comment": "progress, 0 to 1",
         "index": 2
        }
       },
       {
        "box": {
         "id": "obj-16",
         "maxclass": "outlet",
         "numinlets": 1,
         "numoutlets": 0,
         "patching_rect": [ 750, 390, 30.0, 30.0 ],
         "outlettype": [],
         "comment": "a stem: name, path, which, of how many",
         "index": 3
        }
       },
       {
        "box": {
         "id": "obj-17",
         "maxclass": "comment",
         "numinlets": 1,
         "numoutlets": 0,
         "patching_rect": [ 75, 390, 56.7, 20.4 ],
         "outlettype": [],
         "text": "in words",
         "linecount": 1
        }
       },
       {
        "box": {
         "id": "obj-18",
         "maxclass": "comment",
         "numinlets": 1,
         "numoutlets": 0,
         "patching_rect": [ 555, 390, 58.7, 20.4 ],
         "outlettype": [],
         "text": "progress",
         "linecount": 1
        }
       },
       {
        "box": {
         "id": "obj-19",
         "maxclass": "comment",
         "numinlets": 1,
         "numoutlets": 0,
         "patching_rect": [ 795, 390, 44.0, 20.4 ],
         "outlettype": [],
         "text": "stems",
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
         "destination": [ "obj-9", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-9", 0 ],
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
         "destination": [ "obj-6", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-4", 2 ],
         "destination": [ "obj-7", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-4", 3 ],
         "destination": [ "obj-8", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-5", 0 ],
         "destination": [ "obj-12", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-12", 1 ],
         "destination": [ "obj-11", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-6", 0 ],
         "destination": [ "obj-13", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-13", 0 ],
         "destination": [ "obj-11", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-7", 0 ],
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
         "source": [ "obj-14", 1 ],
         "destination": [ "obj-11", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-8", 0 ],
         "destination": [ "obj-16", 0 ],
         "order": 0
        }
       }
      ],
      "dependency_cache": [],
      "autosave": 0
     },
     "outlettype": [ "", "", "" ],
     "text": "p job"
    }
   },
   {
    "box": {
     "id": "obj-11",
     "maxclass": "outlet",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [ 30, 465, 30.0, 30.0 ],
     "outlettype": [],
     "comment": "what it does, and errors, in words",
     "index": 1
    }
   },
   {
    "box": {
     "id": "obj-12",
     "maxclass": "outlet",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [ 840, 465, 30.0, 30.0 ],
     "outlettype": [],
     "comment": "progress, 0 to 1",
     "index": 2
    }
   },
   {
    "box": {
     "id": "obj-13",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [ 960, 345, 57.3, 22.0 ],
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
      "rect": [ 60.0, 90.0, 1335.0, 570.0 ],
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
         "patching_rect": [ 15, 15, 67.0, 27.6 ],
         "outlettype": [],
         "text": "buffers",
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
         "patching_rect": [ 15, 45, 660, 20.4 ],
         "outlettype": [],
         "text": "Each stem is read into the buffer of its name, which takes its size.",
         "linecount": 1
        }
       },
       {
        "box": {
         "id": "obj-3",
         "maxclass": "inlet",
         "numinlets": 0,
         "numoutlets": 1,
         "patching_rect": [ 30, 90, 30.0, 30.0 ],
         "outlettype": [ "" ],
         "comment": "a stem: name, path",
         "index": 1
        }
       },
       {
        "box": {
         "id": "obj-4",
         "maxclass": "newobj",
         "numinlets": 1,
         "numoutlets": 2,
         "patching_rect": [ 30, 135, 169.0, 22.0 ],
         "outlettype": [ "", "" ],
         "text": "unpack s s"
        }
       },
       {
        "box": {
         "id": "obj-5",
         "maxclass": "newobj",
         "numinlets": 1,
         "numoutlets": 2,
         "patching_rect": [ 180, 180, 135.3, 22.0 ],
         "outlettype": [ "", "" ],
         "text": "conformpath slash boot"
        }
       },
       {
        "box": {
         "id": "obj-6",
         "maxclass": "newobj",
         "numinlets": 2,
         "numoutlets": 1,
         "patching_rect": [ 30, 225, 169.0, 22.0 ],
         "outlettype": [ "" ],
         "text": "pack s s"
        }
       },
       {
        "box": {
         "id": "obj-7",
         "maxclass": "newobj",
         "numinlets": 8,
         "numoutlets": 8,
         "patching_rect": [ 30, 285, 1174.0, 22.0 ],
         "outlettype": [ "", "", "", "", "", "", "", "" ],
         "text": "route drums bass guitar piano vocals other residual"
        }
       },
       {
        "box": {
         "id": "obj-8",
         "maxclass": "outlet",
         "numinlets": 1,
         "numoutlets": 0,
         "patching_rect": [ 30, 495, 30.0, 30.0 ],
         "outlettype": [],
         "comment": "the stem that has been read",
         "index": 1
        }
       },
       {
        "box": {
         "id": "obj-9",
         "maxclass": "newobj",
         "numinlets": 1,
         "numoutlets": 1,
         "patching_rect": [ 30, 330, 97.3, 22.0 ],
         "outlettype": [ "" ],
         "text": "prepend replace"
        }
       },
       {
        "box": {
         "id": "obj-10",
         "maxclass": "newobj",
         "numinlets": 1,
         "numoutlets": 2,
         "patching_rect": [ 30, 375, 139.0, 22.0 ],
         "outlettype": [ "", "" ],
         "text": "buffer~ #1.drums"
        }
       },
       {
        "box": {
         "id": "obj-11",
         "maxclass": "message",
         "numinlets": 2,
         "numoutlets": 1,
         "patching_rect": [ 30, 420, 43.9, 22.0 ],
         "outlettype": [ "" ],
         "text": "drums"
        }
       },
       {
        "box": {
         "id": "obj-12",
         "maxclass": "newobj",
         "numinlets": 1,
         "numoutlets": 1,
         "patching_rect": [ 195, 330, 97.3, 22.0 ],
         "outlettype": [ "" ],
         "text": "prepend replace"
        }
       },
       {
        "box": {
         "id": "obj-13",
         "maxclass": "newobj",
         "numinlets": 1,
         "numoutlets": 2,
         "patching_rect": [ 195, 375, 139.0, 22.0 ],
         "outlettype": [ "", "" ],
         "text": "buffer~ #1.bass"
        }
       },
       {
        "box": {
         "id": "obj-14",
         "maxclass": "message",
         "numinlets": 2,
         "numoutlets": 1,
         "patching_rect": [ 195, 420, 35.9, 22.0 ],
         "outlettype": [ "" ],
         "text": "bass"
        }
       },
       {
        "box": {
         "id": "obj-15",
         "maxclass": "newobj",
         "numinlets": 1,
         "numoutlets": 1,
         "patching_rect": [ 360, 330, 97.3, 22.0 ],
         "outlettype": [ "" ],
         "text": "prepend replace"
        }
       },
       {
        "box": {
         "id": "obj-16",
         "maxclass": "newobj",
         "numinlets": 1,
         "numoutlets": 2,
         "patching_rect": [ 360, 375, 139.0, 22.0 ],
         "outlettype": [ "", "" ],
         "text": "buffer~ #1.guitar"
        }
       },
       {
        "box": {
         "id": "obj-17",
         "maxclass": "message",
         "numinlets": 2,
         "numoutlets": 1,
         "patching_rect": [ 360, 420, 40.6, 22.0 ],
         "outlettype": [ "" ],
         "text": "guitar"
        }
       },
       {
        "box": {
         "id": "obj-18",
         "maxclass": "newobj",
         "numinlets": 1,
         "numoutlets": 1,
         "patching_rect": [ 525, 330, 97.3, 22.0 ],
         "outlettype": [ "" ],
         "text": "prepend replace"
        }
       },
       {
        "box": {
         "id": "obj-19",
         "maxclass": "newobj",
         "numinlets": 1,
         "numoutlets": 2,
         "patching_rect": [ 525, 375, 139.0, 22.0 ],
         "outlettype": [ "", "" ],
         "text": "buffer~ #1.piano"
        }
       },
       {
        "box": {
         "id": "obj-20",
         "maxclass": "message",
         "numinlets": 2,
         "numoutlets": 1,
         "patching_rect": [ 525, 420, 40.0, 22.0 ],
         "outlettype": [ "" ],
         "text": "piano"
        }
       },
       {
        "box": {
         "id": "obj-21",
         "maxclass": "newobj",
         "numinlets": 1,
         "numoutlets": 1,
         "patching_rect": [ 690, 330, 97.3, 22.0 ],
         "outlettype": [ "" ],
         "text": "prepend replace"
        }
       },
       {
        "box": {
         "id": "obj-22",
         "maxclass": "newobj",
         "numinlets": 1,
         "numoutlets": 2,
         "patching_rect": [ 690, 375, 139.0, 22.0 ],
         "outlettype": [ "", "" ],
         "text": "buffer~ #1.vocals"
        }
       },
       {
        "box": {
         "id": "obj-23",
         "maxclass": "message",
         "numinlets": 2,
         "numoutlets": 1,
         "patching_rect": [ 690, 420, 44.6, 22.0 ],
         "outlettype": [ "" ],
         "text": "vocals"
        }
       },
       {
        "box": {
         "id": "obj-24",
         "maxclass": "newobj",
         "numinlets": 1,
         "numoutlets": 1,
         "patching_rect": [ 855, 330, 97.3, 22.0 ],
         "outlettype": [ "" ],
         "text": "prepend replace"
        }
       },
       {
        "box": {
         "id": "obj-25",
         "maxclass": "newobj",
         "numinlets": 1,
         "numoutlets": 2,
         "patching_rect": [ 855, 375, 139.0, 22.0 ],
         "outlettype": [ "", "" ],
         "text": "buffer~ #1.other"
        }
       },
       {
        "box": {
         "id": "obj-26",
         "maxclass": "message",
         "numinlets": 2,
         "numoutlets": 1,
         "patching_rect": [ 855, 420, 37.9, 22.0 ],
         "outlettype": [ "" ],
         "text": "other"
        }
       },
       {
        "box": {
         "id": "obj-27",
         "maxclass": "newobj",
         "numinlets": 1,
         "numoutlets": 1,
         "patching_rect": [ 1020, 330, 97.3, 22.0 ],
         "outlettype": [ "" ],
         "text": "prepend replace"
        }
       },
       {
        "box": {
         "id": "obj-28",
         "maxclass": "newobj",
         "numinlets": 1,
         "numoutlets": 2,
         "patching_rect": [ 1020, 375, 139.0, 22.0 ],
         "outlettype": [ "", "" ],
         "text": "buffer~ #1.residual"
        }
       },
       {
        "box": {
         "id": "obj-29",
         "maxclass": "message",
         "numinlets": 2,
         "numoutlets": 1,
         "patching_rect": [ 1020, 420, 52.6, 22.0 ],
         "outlettype": [ "" ],
         "text": "residual"
        }
       },
       {
        "box": {
         "id": "obj-30",
         "maxclass": "comment",
         "numinlets": 1,
         "numoutlets": 0,
         "patching_rect": [ 75, 495, 152.1, 20.4 ],
         "outlettype": [],
         "text": "which stem has been read",
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
         "source": [ "obj-4", 1 ],
         "destination": [ "obj-5", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-5", 0 ],
         "destination": [ "obj-6", 1 ],
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
         "source": [ "obj-10", 1 ],
         "destination": [ "obj-11", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-11", 0 ],
         "destination": [ "obj-8", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-7", 1 ],
         "destination": [ "obj-12", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-12", 0 ],
         "destination": [ "obj-13", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-13", 1 ],
         "destination": [ "obj-14", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-14", 0 ],
         "destination": [ "obj-8", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-7", 2 ],
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
         "source": [ "obj-16", 1 ],
         "destination": [ "obj-17", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-17", 0 ],
         "destination": [ "obj-8", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-7", 3 ],
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
         "source": [ "obj-19", 1 ],
         "destination": [ "obj-20", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-20", 0 ],
         "destination": [ "obj-8", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-7", 4 ],
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
       },
       {
        "patchline": {
         "source": [ "obj-22", 1 ],
         "destination": [ "obj-23", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-23", 0 ],
         "destination": [ "obj-8", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-7", 5 ],
         "destination": [ "obj-24", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-24", 0 ],
         "destination": [ "obj-25", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-25", 1 ],
         "destination": [ "obj-26", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-26", 0 ],
         "destination": [ "obj-8", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-7", 6 ],
         "destination": [ "obj-27", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-27", 0 ],
         "destination": [ "obj-28", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-28", 1 ],
         "destination": [ "obj-29", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-29", 0 ],
         "destination": [ "obj-8", 0 ],
         "order": 0
        }
       }
      ],
      "dependency_cache": [],
      "autosave": 0
     },
     "outlettype": [ "" ],
     "text": "p buffers"
    }
   },
   {
    "box": {
     "id": "obj-14",
     "maxclass": "outlet",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [ 960, 465, 30.0, 30.0 ],
     "outlettype": [],
     "comment": "each stem that has been read",
     "index": 3
    }
   },
   {
    "box": {
     "id": "obj-15",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [ 60, 465, 56.7, 20.4 ],
     "outlettype": [],
     "text": "in words",
     "linecount": 1
    }
   },
   {
    "box": {
     "id": "obj-16",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [ 870, 465, 58.7, 20.4 ],
     "outlettype": [],
     "text": "progress",
     "linecount": 1
    }
   },
   {
    "box": {
     "id": "obj-17",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [ 990, 465, 44.0, 20.4 ],
     "outlettype": [],
     "text": "stems",
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
     "source": [ "obj-4", 1 ],
     "destination": [ "obj-5", 1 ],
     "order": 1
    }
   },
   {
    "patchline": {
     "source": [ "obj-4", 2 ],
     "destination": [ "obj-5", 2 ],
     "order": 2
    }
   },
   {
    "patchline": {
     "source": [ "obj-4", 3 ],
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
     "destination": [ "obj-6", 0 ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [ "obj-5", 1 ],
     "destination": [ "obj-6", 0 ],
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
     "source": [ "obj-5", 0 ],
     "destination": [ "obj-11", 0 ],
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
     "source": [ "obj-10", 1 ],
     "destination": [ "obj-12", 0 ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [ "obj-10", 2 ],
     "destination": [ "obj-13", 0 ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [ "obj-13", 0 ],
     "destination": [ "obj-14", 0 ],
     "order": 0
    }
   }
  ],
  "dependency_cache": [],
  "autosave": 0
 }
}
